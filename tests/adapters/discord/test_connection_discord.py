"""The connection to Discord's gateway: what it survives, and where it gives up. Real sockets, the
real library, a local Discord."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack

import pytest
from discord_router import GIVE_UP, FakeRouter, serving, settings_of

from adapters.discord.connection import DiscordPlatform
from adapters.discord.outbound import lazy_surface
from adapters.discord.settings import DiscordSettings
from adapters.ports.cards import CardKey
from adapters.ports.errors import Rejected, Unanswered
from adapters.ports.inbound import Inbound, Mention
from adapters.ports.surface import Place
from adapters.simulators.discord.faults import Delayed
from adapters.simulators.discord.simulator import DiscordSimulator, twin
from runtime.clock import SystemClock
from runtime.errors import Misconfigured
from runtime.events import Phase
from runtime.ids import Address
from runtime.testing.clock import ManualClock

NOWHERE = "http://127.0.0.1:9"  # discard; nothing listens there


def call(discord: DiscordSimulator, words: str) -> None:
    discord.say(discord.person("Ann"), discord.channel("general"), f"{discord.bot.mention} {words}")


def texts(heard: list[Inbound]) -> list[str]:
    return [said.text for said in heard if isinstance(said, Mention)]


async def ended(platform: DiscordPlatform, router: FakeRouter) -> None:
    async with asyncio.timeout(GIVE_UP):
        await platform.serve(router.context)


# --- what it survives ----------------------------------------------------------------------------


async def test_a_new_session_reads_what_was_missed() -> None:
    router = FakeRouter()
    async with twin(SystemClock()) as discord, serving(discord, router):
        call(discord, "hello")
        await router.nth(1)
    assert router.missed == ["discord"]


FAULTS: dict[str, Callable[[DiscordSimulator], None]] = {
    "op 7": lambda discord: discord.hub.ask_to_reconnect(),
    "op 9, resumable": lambda discord: discord.hub.invalidate(resumable=True),
    "the socket breaks": lambda discord: discord.hub.drop(),
    "closed for an unknown error": lambda discord: discord.hub.close(4000),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
async def test_a_resumed_session_hears_what_was_said_meanwhile(
    fault: Callable[[DiscordSimulator], None],
) -> None:
    router = FakeRouter()
    async with twin(SystemClock()) as discord, serving(discord, router):
        fault(discord)
        await discord.until(lambda: discord.hub.connected == 0)
        call(discord, "while you were away")
        await router.nth(1)
        assert discord.hub.resumed == 1
    assert texts(router.heard) == ["while you were away"]
    assert len(router.missed) == 1, "nothing was missed: nothing is read again"


@pytest.mark.parametrize("shards", [0, 2])
async def test_whoever_goes_through_another_host_resumes_there_too(shards: int) -> None:
    router = FakeRouter()
    async with twin(SystemClock()) as discord:
        discord.hub.resume_url = NOWHERE.replace("http", "ws")
        async with serving(discord, router, shards):
            connections = max(1, shards)
            await discord.until(lambda: discord.hub.connected == connections)
            discord.hub.ask_to_reconnect()
            await discord.until(lambda: discord.hub.resumed == connections)


async def test_a_session_that_is_lost_begins_anew_and_reads_again() -> None:
    router = FakeRouter()
    async with twin(SystemClock()) as discord, serving(discord, router):
        discord.hub.invalidate()
        await router.until(lambda: len(router.missed) == 2)
        call(discord, "hello again")
        await router.nth(1)
        assert discord.hub.identified == 2
        commands = [call.method for call in discord.calls if call.route.endswith("/commands")]
        assert commands == ["GET", "PUT"], "Discord is told of the commands once"


async def test_the_first_handshake_may_fail() -> None:
    """discord.py 2.7 itself ends in an AttributeError there."""
    router = FakeRouter()
    async with twin(SystemClock()) as discord:
        discord.hub.refusals = 3
        async with serving(discord, router):
            assert router.clock.slept[:3] == [1.0, 2.0, 4.0]
            call(discord, "at last")
            await router.nth(1)


async def test_attempts_are_a_minute_apart_at_most() -> None:
    router = FakeRouter()
    async with twin(SystemClock()) as discord:
        discord.hub.refusals = 8
        async with serving(discord, router):
            assert router.clock.slept[:8] == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]


async def test_it_waits_for_a_discord_that_is_not_there() -> None:
    router = FakeRouter()
    settings = DiscordSettings(token="t", rest_url=NOWHERE, gateway_url="ws://127.0.0.1:9")
    task = asyncio.create_task(DiscordPlatform(settings, router.clock).serve(router.context))
    await router.until(lambda: len(router.clock.slept) > 2)
    assert not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_reading_again_is_tried_again() -> None:
    router = FakeRouter(faults=[Misconfigured("the journal is closed")])
    async with twin(SystemClock()) as discord, serving(discord, router):
        await router.until(lambda: len(router.missed) == 2)


async def test_cancelling_closes_the_socket() -> None:
    router = FakeRouter()
    async with twin(SystemClock()) as discord:
        async with serving(discord, router):
            assert discord.hub.connected == 1
        await discord.until(lambda: discord.hub.connected == 0)


async def test_shards_each_have_a_connection() -> None:
    router = FakeRouter()
    async with twin(SystemClock()) as discord, serving(discord, router, shards=2):
        await discord.until(lambda: discord.hub.connected == 2)
        call(discord, "which one?")
        await router.nth(1)
        assert texts(router.heard) == ["which one?"]


# --- where it gives up ---------------------------------------------------------------------------


async def test_without_a_token_it_does_not_begin() -> None:
    router = FakeRouter()
    with pytest.raises(Misconfigured, match="DISCORD_TOKEN"):
        await ended(DiscordPlatform(DiscordSettings(token=""), router.clock), router)


async def test_a_bad_token_ends_it_with_a_remedy() -> None:
    router = FakeRouter()
    async with twin(SystemClock()) as discord:
        good = settings_of(discord)
        bad = DiscordSettings("made.up.token", good.rest_url, good.gateway_url)
        with pytest.raises(Misconfigured, match="Reset Token") as refused:
            await ended(DiscordPlatform(bad, router.clock), router)
    assert "made.up" not in str(refused.value) + repr(bad)


@pytest.mark.parametrize(
    ("code", "remedy"),
    [(4004, "Reset Token"), (4010, "shards"), (4011, "shards"), (4013, "discord.py")],
)
async def test_a_close_for_good_ends_it_with_a_remedy(code: int, remedy: str) -> None:
    router = FakeRouter()
    async with twin(SystemClock()) as discord:
        platform = DiscordPlatform(settings_of(discord), router.clock)
        task = asyncio.create_task(ended(platform, router))
        await router.until(lambda: router.missed)
        discord.hub.close(code)
        with pytest.raises(Misconfigured, match=remedy):
            await task


# --- plain HTTP ----------------------------------------------------------------------------------


async def test_verbs_work_without_the_gateway() -> None:
    async with twin(SystemClock()) as discord:
        said = discord.say(discord.person("Ann"), discord.channel("general"), "hello")
        address = Address(
            platform="discord",
            team=str(discord.guild.id),
            channel=str(said.channel.id),
            thread=str(said.id),
        )
        platform = DiscordPlatform(settings_of(discord), SystemClock())
        surface = platform.surface(address)
        assert surface
        await asyncio.gather(*(surface.signal(address, str(said.id), Phase.IDLE) for _ in "ab"))
        assert discord.hub.connections == 0
        assert said.reactions
        await platform.aclose()


async def test_a_verb_on_its_way_ends_before_the_connection_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And those that come later have not been answered: the next service asks again."""
    # A busy machine is no reason to give a verb up; only people do not wait for so long.
    monkeypatch.setattr(lazy_surface, "_PATIENCE", GIVE_UP)
    async with twin(SystemClock()) as discord:
        router = FakeRouter()
        async with serving(discord, router) as platform:
            call(discord, "hello")
            address = (await router.nth(1)).address
            surface = platform.surface(address)
            assert surface
            await surface.history(address, "")  # it has signed in
            discord.fail("thread", Delayed(0.2))
            opening = asyncio.create_task(surface.open(address, "hello"))
            await discord.until(lambda: not discord.front.faults.waiting["thread"])
        place = await opening
        assert int(place.channel) in discord.world.channels
        with pytest.raises(Unanswered):
            await surface.open(address, "hello")
        before = asked(discord, "/users/@me")
        async with AsyncExitStack() as again:
            task = asyncio.create_task(platform.serve(router.context))
            again.push_async_callback(asyncio.gather, task, return_exceptions=True)
            again.callback(task.cancel)
            await router.until(lambda: len(router.missed) == 2)
            assert await surface.open(address, "hello") == place
        assert asked(discord, "/users/@me") == before + 2, "one for each client"


def asked(discord: DiscordSimulator, route: str) -> int:
    return sum(said.route == route for said in discord.calls)


async def test_other_platforms_have_no_surface_here() -> None:
    platform = DiscordPlatform(DiscordSettings(token="t"), SystemClock())
    assert platform.surface(Address(platform="slack", thread="1")) is None


@pytest.mark.parametrize(
    ("there", "fault"), [(True, Rejected), (False, Unanswered)], ids=["bad token", "unreachable"]
)
async def test_a_verb_says_why_it_cannot_sign_in(there: bool, fault: type[Exception]) -> None:
    async with twin(SystemClock()) as discord:
        settings = DiscordSettings("made.up.token", discord.rest_url if there else NOWHERE)
        platform = DiscordPlatform(settings, SystemClock())
        surface = platform.surface(Address(platform="discord", thread="1"))
        assert surface
        with pytest.raises(fault) as refused:
            await surface.find(
                Place(address=Address(platform="discord", thread="1"), channel="1"),
                CardKey("run:1"),
            )
        assert "made.up" not in str(refused.value)


async def test_signing_in_is_given_up_where_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or the end of the service would wait for it."""
    monkeypatch.setattr(lazy_surface, "_SIGNING_IN", 0.01)
    async with twin(ManualClock()) as discord:
        discord.fail("rest", Delayed(3_600.0))
        platform = DiscordPlatform(settings_of(discord), SystemClock())
        address = Address(platform="discord", thread="1")
        surface = platform.surface(address)
        assert surface
        with pytest.raises(Unanswered, match="cannot be reached: TimeoutError"):
            await surface.history(address, "")
        await platform.aclose()
