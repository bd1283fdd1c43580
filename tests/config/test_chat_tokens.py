"""Tokens of chat platforms: short names, full names, and halves of pairs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.chat.platforms import platforms_of, served_by
from config.load import SHORT, load
from runtime.clock import SystemClock
from runtime.errors import Misconfigured

EXAMPLE = Path(__file__).parents[2] / ".env.example"
BOT, APP = {"SLACK_BOT_TOKEN": "xoxb-1"}, {"SLACK_APP_TOKEN": "xapp-1"}
HTTP = {"AETHER_SLACK__MODE": "http"}
SWAPPED = {"SLACK_BOT_TOKEN": "xapp-1", "SLACK_APP_TOKEN": "xoxb-1"}
MANY = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s"}
PUBLIC = {"AETHER_SLACK__PUBLIC_URL": "https://aether.example.org"}


def test_nothing_is_configured_by_itself(tmp_path: Path) -> None:
    settings = load(environ={}, folder=tmp_path)
    assert not settings.slack.configured
    assert settings.discord.token.get_secret_value() == ""
    assert settings.slack.base_url == "https://slack.com/api/"


def test_the_full_name_wins_over_the_short_one(tmp_path: Path) -> None:
    environ = {**BOT, **APP, "AETHER_SLACK__BOT_TOKEN": "xoxb-2", "DISCORD_TOKEN": "d"}
    settings = load(environ=environ, folder=tmp_path)
    assert settings.slack.bot_token.get_secret_value() == "xoxb-2"
    assert settings.slack.app_token.get_secret_value() == "xapp-1"
    assert settings.discord.token.get_secret_value() == "d"


def test_a_file_may_hold_what_is_no_secret(tmp_path: Path) -> None:
    (tmp_path / "aether.yaml").write_text("slack: {mode: http}\ndiscord: {shards: 2}\n")
    environ = {**BOT, "SLACK_SIGNING_SECRET": "s"}
    settings = load(environ=environ, folder=tmp_path)
    assert (settings.slack.mode, settings.discord.shards) == ("http", 2)


@pytest.mark.parametrize(
    ("environ", "complaint"),
    [
        (BOT, "has a bot_token but no app_token: set SLACK_APP_TOKEN (xapp-…), or mode: http"),
        (APP, "has an app_token but no bot_token: set SLACK_BOT_TOKEN (xoxb-…)"),
        ({**BOT, **HTTP}, "no signing_secret: set SLACK_SIGNING_SECRET"),
        ({"SLACK_CLIENT_ID": "1"}, "no client_secret: set SLACK_CLIENT_SECRET"),
        ({"SLACK_CLIENT_SECRET": "s"}, "no client_id: set SLACK_CLIENT_ID"),
        (MANY, "no public_url, where Slack sends those who install the app"),
        ({**MANY, **PUBLIC}, "has a client_id but no app_token"),
        (SWAPPED, "has a bot_token of another kind: SLACK_BOT_TOKEN begins with xoxb-"),
        ({**BOT, "SLACK_APP_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN begins with xapp-"),
    ],
)
def test_half_of_a_pair_names_the_other(
    tmp_path: Path, environ: dict[str, str], complaint: str
) -> None:
    settings = load(environ=environ, folder=tmp_path)
    assert complaint in settings.slack.problem
    assert not any(secret in settings.slack.problem for secret in ("xoxb-1", "xapp-1"))
    with pytest.raises(Misconfigured, match="slack has a"):
        served_by(settings, SystemClock())
    assert platforms_of(settings, SystemClock()).every == (), "other commands go on without it"


@pytest.mark.parametrize(
    "environ",
    [
        {**BOT, **APP},
        {**APP, "SLACK_BOT_TOKEN": "xoxe.xoxb-1"},
        {**BOT, **HTTP, "SLACK_SIGNING_SECRET": "s"},
        {**MANY, **PUBLIC, **APP},
        {**MANY, **PUBLIC, **HTTP, "SLACK_SIGNING_SECRET": "s"},
    ],
)
def test_whole_pairs(tmp_path: Path, environ: dict[str, str]) -> None:
    slack = load(environ=environ, folder=tmp_path).slack
    assert slack.configured
    assert slack.problem == ""


def test_the_example_names_settings_that_exist(tmp_path: Path) -> None:
    lines = [line.lstrip("#") for line in EXAMPLE.read_text().splitlines()]
    names = [line.partition("=")[0] for line in lines if re.fullmatch(r"[A-Z_]+=\S*", line)]
    assert {"SLACK_BOT_TOKEN", "DISCORD_TOKEN", "AETHER_INSTALLATIONS_KEY"} <= set(names)
    given = {name: "" for name in names if name != "AETHER_DATA_DIR"}
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in given.items()))
    assert not load(environ={}, folder=tmp_path).slack.configured
    ours = [name for name in names if not name.startswith(("OPENAI_", "ANTHROPIC_", "AETHER_"))]
    assert set(ours) <= set(SHORT), "no name that nobody reads"


def test_outsiders_are_kept_out_unless_the_settings_say_so(tmp_path: Path) -> None:
    assert not load(environ={}, folder=tmp_path).slack.allow_guests
    assert load(environ={"AETHER_SLACK__ALLOW_GUESTS": "true"}, folder=tmp_path).slack.allow_guests
