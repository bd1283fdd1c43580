"""The settings of a place become the profile of its runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.composition import read_settings
from bot.models import InstalledModels, model_of
from bot.profiles import profiles_of
from bot.settings import settings_sheet, show_settings
from config.settings import Settings
from runtime.approvals import Mode, Risk
from runtime.errors import Misconfigured
from runtime.ids import Actor, Address
from runtime.profile import ProfileFor
from runtime.tools.catalog import NAMES

ANN = Actor(id="ann")
TEXT = """
instructions: Speak plainly.
models: {default: demo, named: {local: {model: "openai:q", base_url: "http://127.0.0.1:9"}}}
profiles:
  careful: {mode: ask, model: local, tools: [ask, shell], sandbox: {pids: 7}, limits: {turns: 3}}
places:
  slack/T1/C1: careful
  discord: {instructions: "", gates: {high: {votes: 2, anyone: true}}}
"""


def read(folder: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(folder)
    (folder / "aether.yaml").write_text(text)
    return read_settings()


@pytest.fixture
async def profile_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ProfileFor:
    settings = read(tmp_path, TEXT, monkeypatch)
    return profiles_of(settings, await model_of(settings))


def thread(platform: str, team: str = "", channel: str = "") -> Address:
    return Address(platform=platform, team=team, channel=channel, thread="1")


def test_a_place_has_the_profile_that_it_names(profile_for: ProfileFor) -> None:
    there = profile_for(thread("slack", "T1", "C1"), ANN)
    assert (there.name, there.model, there.tools) == ("careful", "local", ("ask", "shell"))
    assert (there.policy.mode, there.limits.turns, there.sandbox.pids) == (Mode.ASK, 3, 7)
    assert there.instructions.endswith("\n\nSpeak plainly.")


def test_elsewhere_the_standard_holds(profile_for: ProfileFor) -> None:
    here = profile_for(thread("slack", "T1", "C2"), ANN)
    assert (here.name, here.model, here.tools) == ("standard", "demo", NAMES)
    assert here == profile_for(thread("terminal"), ANN)
    assert here.digest != profile_for(thread("discord", "1", "2"), ANN).digest


def test_changes_of_a_place_are_a_profile_of_that_name(profile_for: ProfileFor) -> None:
    there = profile_for(thread("discord", "1", "2"), ANN)
    assert there.name == "discord"
    assert there.policy.rule(Risk.HIGH).votes == 2
    assert "Speak plainly." not in there.instructions


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tools: [shel]", "aether.yaml line 1: tools names 'shel', which is no tool; did you mean"),
        (
            "profiles:\n  x:\n    tools: {add: [fly]}\nplaces: {slack: x}",
            "aether.yaml line 3: profiles.x.tools names 'fly', which is no tool; there is plan,",
        ),
    ],
)
def test_tools_that_do_not_exist(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, words: str
) -> None:
    with pytest.raises(Misconfigured) as raised:
        read(tmp_path, text, monkeypatch)
    assert words in str(raised.value)


async def test_a_model_that_a_place_cannot_have_ends_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    text = "models: {default: demo}\nplaces:\n  slack/T1:\n    model: anthropic:x"
    settings = read(tmp_path, text, monkeypatch)
    with pytest.raises(Misconfigured) as raised:
        await InstalledModels(settings, await model_of(settings)).check()
    assert "aether.yaml line 4: places.slack/T1.model: " in str(raised.value)
    assert "ANTHROPIC_API_KEY" in str(raised.value)


async def test_models_are_opened_once_and_by_their_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = read(tmp_path, TEXT, monkeypatch)
    chosen = await model_of(settings)
    models = InstalledModels(settings, chosen)
    assert await models.open("demo") is chosen.model
    local = await models.open("local")
    assert (local.name, local) == ("openai:q", await models.open("local"))
    with pytest.raises(Misconfigured):
        await models.open("gone")
    await models.aclose()


async def test_the_command_shows_a_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = read(tmp_path, TEXT, monkeypatch)
    assert await show_settings(settings, "slack/T1/C1") == 0
    shown = capsys.readouterr().out
    assert "slack/T1/C1: the profile careful, because of places.slack/T1/C1" in shown
    assert "mode: ask  aether.yaml line 5" in shown
    assert "instructions: Speak plainly.  aether.yaml line 2" in shown
    assert await show_settings(settings, "") == 0
    shown = capsys.readouterr().out
    assert "mode: semi  config/agent-runtime.yaml line" in shown
    assert "places.discord: the profile discord" in shown
    with pytest.raises(Misconfigured, match="begins with no platform"):
        await show_settings(settings, "nowhere/T1")


def test_people_are_shown_what_holds_where_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = settings_sheet(read(tmp_path, TEXT, monkeypatch))
    body = info(thread("slack", "T1", "C1")).body
    assert "- `mode`: `ask` (aether.yaml line 5)" in body
    assert str(tmp_path) not in body
    assert "data_dir" not in body
    assert "`mode`: `semi`" in info(thread("slack", "T1", "C2")).body
