"""What the doctor finds on the chat platforms, asked over real HTTP."""

from __future__ import annotations

from pathlib import Path

from adapters.simulators.discord.simulator import DiscordSimulator, twin
from adapters.simulators.slack.simulator import Simulator, simulator
from bot.doctor import of_platforms
from config.load import load
from runtime.clock import SystemClock
from runtime.ports.findings import Finding


def slack_of(slack: Simulator, **other: str) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "AETHER_SLACK__BASE_URL": slack.base_url,
    } | other


def discord_of(discord: DiscordSimulator, **other: str) -> dict[str, str]:
    return {
        "DISCORD_TOKEN": discord.token,
        "AETHER_DISCORD__REST_URL": discord.rest_url,
        "AETHER_DISCORD__GATEWAY_URL": discord.gateway_url,
    } | other


async def found(folder: Path, environ: dict[str, str]) -> list[Finding]:
    settings = load(environ=environ, folder=folder)
    return [item async for item in of_platforms(settings) if isinstance(item, Finding)]


async def test_nothing_is_asked_where_nothing_is_set(tmp_path: Path) -> None:
    assert await found(tmp_path, {}) == []


async def test_slack_as_it_should_be(tmp_path: Path) -> None:
    async with simulator(SystemClock()) as slack:
        findings = await found(tmp_path, slack_of(slack))
    assert {one.what: one.state for one in findings} == {
        "Slack bot token": "good",
        "Slack scopes": "good",
        "Slack Socket Mode": "good",
        "Slack events": "good",
    }


async def test_who_lets_outsiders_in_need_not_tell_them_apart(tmp_path: Path) -> None:
    async with simulator(SystemClock()) as slack:
        slack.limit_scopes("app_mentions:read", "chat:write")
        closed = await found(tmp_path, slack_of(slack))
        opened = await found(tmp_path, slack_of(slack, AETHER_SLACK__ALLOW_GUESTS="true"))
    assert [one.what for one in closed if one.state == "bad"] == ["Slack scope users:read"]
    assert not [one for one in opened if one.state == "bad"]


async def test_tokens_that_slack_refuses(tmp_path: Path) -> None:
    wrong = {"SLACK_BOT_TOKEN": "xoxb-0-wrong", "SLACK_APP_TOKEN": "xapp-0-wrong"}
    async with simulator(SystemClock()) as slack:
        findings = await found(tmp_path, slack_of(slack, **wrong))
    wrongs = [one for one in findings if one.state == "bad"]
    assert len(wrongs) == 2
    assert all("invalid_auth" in one.text and one.remedy for one in wrongs)
    assert not any(token in repr(findings) for token in wrong.values())


async def test_half_of_a_pair_is_named(tmp_path: Path) -> None:
    (one,) = await found(tmp_path, {"SLACK_BOT_TOKEN": "xoxb-0-test"})
    assert (one.state, one.what) == ("fatal", "Slack")
    assert "set SLACK_APP_TOKEN" in one.text


async def test_discord_as_it_should_be(tmp_path: Path) -> None:
    async with twin(SystemClock()) as discord:
        findings = await found(tmp_path, discord_of(discord))
    assert "bad" not in [one.state for one in findings]
    assert "signed in as Aether" in findings[0].text


async def test_a_token_that_discord_refuses(tmp_path: Path) -> None:
    async with twin(SystemClock()) as discord:
        (one,) = await found(tmp_path, discord_of(discord, DISCORD_TOKEN="MTIz.wrong.token"))
    assert (one.state, one.text) == ("fatal", "the token is refused")
    assert "Reset Token" in one.remedy
    assert "MTIz" not in repr(one)
