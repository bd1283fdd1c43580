"""The gateway by the real client: nothing is lost over a resume, and refusals are final."""

from __future__ import annotations

import asyncio

import aiohttp
import discord
import pytest
from discord.backoff import ExponentialBackoff
from discord_sim_client import GIVE_UP, Bot, calling, online, pointed

from adapters.simulators.discord.simulator import DiscordSimulator, Portal, twin
from runtime.clock import SystemClock
from runtime.testing.clock import ManualClock


def say(sim: DiscordSimulator, text: str) -> None:
    sim.say(sim.person("Ann"), sim.channel("general"), text)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client's pause before it connects again is random and long; here it is none."""

    def none(_: object) -> float:
        return 0.0

    monkeypatch.setattr(ExponentialBackoff, "delay", none)


@pytest.mark.parametrize("how", ["dropped", "op 7", "op 9 resumable", "closed 4000"])
async def test_a_resume_brings_what_was_missed(how: str) -> None:
    async with twin(SystemClock()) as sim, online(sim) as bot:
        match how:
            case "dropped":
                sim.hub.drop()
            case "op 7":
                sim.hub.ask_to_reconnect()
            case "op 9 resumable":
                sim.hub.invalidate(resumable=True)
            case _:
                sim.hub.close(4000)
        say(sim, "missed?")
        await bot.until("resumed")
        assert (await bot.message()).content == "missed?"
        assert (sim.hub.identified, sim.hub.resumed) == (1, 1)


async def test_an_invalid_session_begins_anew_and_has_lost_what_happened() -> None:
    async with twin(SystemClock()) as sim, online(sim) as bot:
        sim.hub.invalidate()
        say(sim, "lost")
        await bot.until("ready", 2)
        say(sim, "heard")
        assert (await bot.message()).content == "heard"
        assert (sim.hub.identified, sim.hub.resumed) == (2, 0)
        said = [m.content async for m in bot.get_partial_messageable(
            sim.channel("general").id, guild_id=sim.guild.id).history()]  # fmt: skip
        assert said == ["heard", "lost"]


async def test_a_session_that_was_forgotten_cannot_be_resumed() -> None:
    async with twin(SystemClock()) as sim, online(sim) as bot:
        sim.hub.forget()
        sim.hub.drop()
        await bot.until("ready", 2)
        assert (sim.hub.identified, sim.hub.resumed) == (2, 0)


async def test_a_deaf_gateway_is_left_by_the_client() -> None:
    bot = Bot(heartbeat_timeout=0.5)
    async with twin(SystemClock(), heartbeat=0.1) as sim, online(sim, bot):
        sim.hub.deaf = True
        await bot.until("disconnect")
        sim.hub.deaf = False
        say(sim, "after all")
        assert (await bot.message()).content == "after all"


async def test_a_refused_handshake_is_tried_again() -> None:
    async with twin(SystemClock()) as sim, online(sim) as bot:
        sim.hub.refusals = 2
        sim.hub.drop()
        await bot.until("resumed")
        assert sim.hub.connections == 4


async def test_a_refused_first_handshake_ends_the_client() -> None:
    async with twin(SystemClock()) as sim:
        sim.hub.refusals = 1
        bot = Bot()
        with pointed(sim), pytest.raises(AttributeError):
            await bot.start(sim.token)
        await bot.close()


async def test_a_wrong_token_is_a_failed_login() -> None:
    async with twin(SystemClock()) as sim:
        bot = Bot()
        with pointed(sim), pytest.raises(discord.LoginFailure):
            await bot.start("wrong")
        await bot.close()


@pytest.mark.parametrize(
    ("portal", "intents"),
    [
        (Portal(message_content=False), discord.Intents(guilds=True, message_content=True)),
        (Portal(), discord.Intents(guilds=True, members=True)),
    ],
)
async def test_an_intent_that_the_portal_does_not_give_is_final(
    portal: Portal, intents: discord.Intents
) -> None:
    async with twin(SystemClock(), portal=portal) as sim:
        bot = Bot(intents=intents)
        with pointed(sim), pytest.raises(discord.PrivilegedIntentsRequired):
            await bot.start(sim.token)
        await bot.close()


async def test_the_gateway_refuses_a_token_with_4004() -> None:
    async with twin(SystemClock()) as sim:
        sim.hub.token = "another"
        bot = Bot()
        with pointed(sim), pytest.raises(discord.ConnectionClosed) as closed:
            await bot.start(sim.token)
        assert closed.value.code == 4004
        await bot.close()


async def test_a_session_hears_what_its_intents_name() -> None:
    bot = Bot(intents=discord.Intents(guilds=True))
    async with twin(SystemClock()) as sim, online(sim, bot):
        say(sim, "unheard")
        sim.add_channel("new")
        await bot.until("guild_channel_create")
        assert bot.heard == []


class Shards(discord.AutoShardedClient):
    """Keeps which shard heard what."""

    def __init__(self) -> None:
        intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
        super().__init__(intents=intents, shard_count=2, guild_ready_timeout=0.01)
        self.heard: asyncio.Queue[str] = asyncio.Queue()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Discord wants five seconds between two sessions; nobody counts them here."""

    async def on_message(self, message: discord.Message) -> None:
        self.heard.put_nowait(str(message.channel.type))


async def test_each_shard_hears_its_guilds_and_the_first_direct_messages() -> None:
    async with twin(SystemClock()) as sim:
        bot = Shards()
        with pointed(sim):
            running = asyncio.create_task(bot.start(sim.token))
            await sim.until(lambda: sim.hub.connected == 2)
            shards = {session.shard for session in sim.hub.sessions.values()}
            assert shards == {(0, 2), (1, 2)}
            say(sim, "once")
            ann = sim.person("Ann")
            sim.say(ann, sim.direct(ann), "once too")
            async with asyncio.timeout(GIVE_UP):
                assert {await bot.heard.get(), await bot.heard.get()} == {"text", "private"}
            await bot.close()
            await asyncio.gather(running, return_exceptions=True)


async def test_the_gateway_is_where_the_rest_interface_says() -> None:
    async with twin(SystemClock()) as sim, calling(sim) as rest:
        _, said = await rest("GET", "/gateway/bot")
        assert said["url"] == sim.gateway_url
        assert await rest("GET", "/nowhere") == (404, {"message": "404: Not Found", "code": 0})


async def test_who_speaks_too_fast_is_closed() -> None:
    """A hundred and twenty times a minute; another minute begins anew."""
    clock = ManualClock()
    async with (
        twin(clock) as sim,
        aiohttp.ClientSession() as web,
        web.ws_connect(sim.gateway_url) as socket,
    ):
        assert (await socket.receive_json())["op"] == 10
        for _ in range(2):
            for _ in range(120):
                await socket.send_json({"op": 1, "d": None})
                assert (await socket.receive_json())["op"] == 11
            clock.advance(60)
        for _ in range(121):
            await socket.send_json({"op": 1, "d": None})
        for _ in range(120):
            assert (await socket.receive_json())["op"] == 11
        await socket.receive()
        assert socket.close_code == 4008
