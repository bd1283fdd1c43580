"""Setting an app up: the link, the settings, and what the doctor finds."""

from __future__ import annotations

import pytest
import yarl
from discord_router import FakeRouter, serving, settings_of

from adapters.discord.connection import DiscordPlatform
from adapters.discord.invite import PERMISSIONS, invite
from adapters.discord.settings import DiscordSettings
from adapters.simulators.discord.permissions import Right
from adapters.simulators.discord.seed import found_guild
from adapters.simulators.discord.simulator import DiscordSimulator, twin
from adapters.simulators.discord.state import Portal
from runtime.clock import SystemClock
from runtime.ports.findings import Finding


async def examined(discord: DiscordSimulator) -> list[Finding]:
    return await DiscordPlatform(settings_of(discord), SystemClock()).examine()


def only(findings: list[Finding], state: str) -> list[Finding]:
    return [finding for finding in findings if finding.state == state]


def test_the_link_asks_for_what_is_needed_and_no_more() -> None:
    asked = yarl.URL(invite("123456789")).query
    assert asked["client_id"] == "123456789"
    assert asked["permissions"] == "309237763136"
    assert asked["scope"].split() == ["bot", "applications.commands"]
    assert not PERMISSIONS.administrator


@pytest.mark.parametrize("number", ["", "abc", "12 34"])
def test_an_id_that_is_none_makes_no_link(number: str) -> None:
    with pytest.raises(ValueError, match="application"):
        invite(number)


def test_the_token_shows_nowhere() -> None:
    assert "made.up" not in repr(DiscordSettings(token="made.up.token"))


async def test_a_complete_set_up_is_good() -> None:
    async with twin(SystemClock()) as discord:
        async with serving(discord, FakeRouter()):
            pass
        before = len(discord.calls)
        findings = await examined(discord)
        assert {finding.state for finding in findings} == {"good"}
        assert {call.method for call in discord.calls[before:]} == {"GET"}, "it changes nothing"
        assert len(findings) == 5


async def test_a_bad_token_is_found() -> None:
    async with twin(SystemClock()) as discord:
        bad = DiscordSettings("made.up.token", discord.rest_url)
        (found,) = await DiscordPlatform(bad, SystemClock()).examine()
    assert (found.state, "Reset Token" in found.remedy) == ("fatal", True)


async def test_a_missing_token_is_found() -> None:
    (found,) = await DiscordPlatform(DiscordSettings(""), SystemClock()).examine()
    assert (found.state, bool(found.remedy)) == ("bad", True)


async def test_a_discord_that_does_not_answer_is_found() -> None:
    nowhere = DiscordSettings("made.up.token", "http://127.0.0.1:9")
    (found,) = await DiscordPlatform(nowhere, SystemClock()).examine()
    assert (found.state, "cannot be reached" in found.text) == ("bad", True)


async def test_the_missing_intent_is_found() -> None:
    async with twin(SystemClock(), portal=Portal(message_content=False)) as discord:
        poor = only(await examined(discord), "poor")
    assert any("Message Content Intent" in finding.remedy for finding in poor)


async def test_missing_rights_are_named_with_a_link() -> None:
    async with twin(SystemClock()) as discord:
        discord.bot_role.permissions &= ~Right.CREATE_PUBLIC_THREADS
        everyone = discord.guild.roles[discord.guild.id]
        everyone.permissions &= ~Right.CREATE_PUBLIC_THREADS
        (bad,) = only(await examined(discord), "bad")
    assert bad.text == "rights are missing in Workshop: Create Public Threads"
    assert bad.remedy == f"Add it again: {invite(discord.application_id)}"


async def test_a_bot_without_a_server_gets_a_link() -> None:
    async with twin(SystemClock()) as discord:
        del discord.guild.members[discord.bot.id]
        (bad,) = only(await examined(discord), "bad")
    assert bad.remedy == f"Add it: {invite(discord.application_id)}"


async def test_commands_that_discord_does_not_know_yet_are_found() -> None:
    async with twin(SystemClock()) as discord:
        poor = only(await examined(discord), "poor")
    assert ["ask" in finding.text for finding in poor] == [True]


async def test_a_command_that_changed_since_is_found() -> None:
    async with twin(SystemClock()) as discord:
        async with serving(discord, FakeRouter()):
            pass
        for command in discord.world.commands[None].values():
            if command["name"] == "stop":
                command["description"] = "An older sentence"
        (poor,) = only(await examined(discord), "poor")
    assert poor.text == "does not know these commands as they are now: stop"


async def test_servers_beyond_the_twentieth_are_named_as_not_looked_at() -> None:
    async with twin(SystemClock()) as discord:
        for number in range(20):
            found_guild(discord.world, f"Server {number}", discord.person("Ann"))
        (told,) = [f.text for f in await examined(discord) if "rights" in f.text]
    assert told == "has its rights in 20 servers; only 20 servers were looked at"
