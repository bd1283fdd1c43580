"""Which platforms are there follows from the settings alone; nothing else is loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from adapters.pace.pacer import Pacer
from bot.chat.platforms import Platforms, platforms_of
from bot.logs.redact import Redactor, secrets_in, secrets_of
from config.load import load
from runtime import AgentManager
from runtime.clock import SystemClock
from runtime.dependencies import Dependencies, OneModel, no_settlers
from runtime.errors import JournalUnavailable, Misconfigured
from runtime.ids import Address
from runtime.profile import Profile, always
from runtime.testing.model import Line, ScriptedModel
from runtime.testing.sandbox import FakeSandbox

SLACK = {"SLACK_BOT_TOKEN": "xoxb-0-test", "SLACK_APP_TOKEN": "xapp-0-test"}
DISCORD = {"DISCORD_TOKEN": "MTIz.test.test"}
MANY = {
    "SLACK_APP_TOKEN": "xapp-0-test",
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "secret",
    "AETHER_SLACK__PUBLIC_URL": "https://aether.example.org",
}
ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("environ", "names"),
    [
        ({}, []),
        (SLACK, ["slack"]),
        (DISCORD, ["discord"]),
        ({**SLACK, **DISCORD}, ["slack", "discord"]),
    ],
)
def test_platforms_are_those_with_tokens(
    tmp_path: Path, environ: dict[str, str], names: list[str]
) -> None:
    platforms = platforms_of(load(environ=environ, folder=tmp_path), SystemClock())
    assert [platform.name for platform in platforms.every] == names
    assert (platforms.settlers is no_settlers) == (not names), "nothing runs for nobody"
    assert platforms.surface(Address(platform="web", thread="t")) is None


def test_the_service_loads_only_what_it_needs(tmp_path: Path) -> None:
    """Libraries are most of the memory of a chat bot: those of platforms without tokens, and those
    that draw pages nobody has opened yet."""
    code = (
        "import sys; from pathlib import Path; from bot.memory import load_lean\n"
        "load_lean(); from bot import up; from bot.chat import lifespan\n"
        "from bot.chat.platforms import platforms_of; from config.load import load\n"
        "from runtime.clock import SystemClock\n"
        "platforms_of(load(environ={}, folder=Path()), SystemClock())\n"
        "names = ('slack_sdk', 'slack_bolt', 'discord', 'rich', 'pygments', 'nh3',\n"
        "    'charset_normalizer')\n"
        "print([name for name in names if name in sys.modules]); import rich"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_no_token_is_ever_shown(tmp_path: Path) -> None:
    environ = {
        **SLACK,
        **DISCORD,
        "SLACK_SIGNING_SECRET": "f00dcafe",
        "AETHER_INSTALLATIONS_KEY": "key-of-all-keys",
    }
    settings = load(environ=environ, folder=tmp_path)
    redact = Redactor((*secrets_of(settings), *secrets_in(settings.environ)))
    shown = redact(f"{settings!r} {settings.slack!r} {' '.join(environ.values())}")
    assert not any(value in shown for value in environ.values())
    every = platforms_of(settings, SystemClock()).every
    assert not any(value in repr(platform) for value in environ.values() for platform in every)


@pytest.mark.parametrize(
    "text",
    [
        "POST https://discord.com/api/v10/webhooks/123456789012345678/" + "aW50ZXJhY3Rpb24" * 5,
        "POST https://hooks.slack.com/actions/T0001/123/abcdefghijklmnop",
        "GET wss://wss-primary.slack.com/link/?ticket=12345678-abcd-efgh&app_id=1",
    ],
)
def test_addresses_that_are_keys_are_hidden(text: str) -> None:
    assert "[hidden]" in Redactor()(text)
    assert text.split("/")[-1] not in Redactor()(text)


def kept(folder: Path, platforms: Platforms) -> AgentManager:
    model = ScriptedModel([Line(text="x")])
    return AgentManager(
        Dependencies(
            database_url=f"sqlite:///{folder / 'aether.db'}",
            data_dir=folder,
            models=OneModel(model),
            sandbox=FakeSandbox(),
            profile_for=always(Profile(model=model.name)),
            settlers=platforms.settlers,
        )
    )


def holds(folder: Path, secret: bytes) -> bool:
    return any(secret in file.read_bytes() for file in folder.glob("aether.db*"))


async def test_tokens_of_workspaces_are_kept_in_the_journal(tmp_path: Path) -> None:
    environ = {**MANY, "AETHER_INSTALLATIONS_KEY": Fernet.generate_key().decode()}
    for known in ([], ["slack/T1"]):
        platforms = platforms_of(load(environ=environ, folder=tmp_path), SystemClock())
        assert platforms.installations is not None
        with pytest.raises(JournalUnavailable, match="the journal is not open"):
            await platforms.installations.keys("")
        async with kept(tmp_path, platforms):
            assert await platforms.installations.keys("slack/") == known
            await platforms.installations.put("slack/T1", {"bot_token": "xoxb-very-secret"})
            assert await platforms.installations.get("slack/T1") == {
                "bot_token": "xoxb-very-secret"
            }
    assert not holds(tmp_path, b"xoxb-very-secret")


async def test_a_bad_key_says_how_to_make_one(tmp_path: Path) -> None:
    environ = {**MANY, "AETHER_INSTALLATIONS_KEY": "not a key"}
    platforms = platforms_of(load(environ=environ, folder=tmp_path), SystemClock())
    with pytest.raises(Misconfigured, match=r"Fernet\.generate_key"):
        async with kept(tmp_path, platforms):
            pass


def test_only_teams_that_are_listed_are_served() -> None:
    listed = Platforms((), SystemClock(), Pacer(SystemClock()), teams={"slack": ("T1",)})
    served = [Address(platform="slack", team="T1", thread="1"), Address(platform="x", thread="1")]
    assert all(listed.serves(address) for address in served)
    assert not listed.serves(Address(platform="slack", team="T2", thread="1"))
