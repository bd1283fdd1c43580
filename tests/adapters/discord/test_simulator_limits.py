"""Rate limits and what else goes wrong on the way."""

from __future__ import annotations

import aiohttp
import discord
import pytest
from discord_sim_client import calling, online

from adapters.simulators.discord.buckets import REAL, Profile, Rate
from adapters.simulators.discord.faults import Broken, Delayed, Dropped, Limited, Unanswered
from adapters.simulators.discord.permissions import Right
from adapters.simulators.discord.simulator import DiscordSimulator, twin
from runtime.clock import SystemClock
from runtime.testing.clock import ManualClock


def path(sim: DiscordSimulator, name: str = "general") -> str:
    return f"/channels/{sim.channel(name).id}/messages"


async def test_five_messages_in_five_seconds_per_channel() -> None:
    clock = ManualClock()
    async with twin(clock, profile=REAL) as sim, calling(sim) as rest:
        for left in (4, 3, 2, 1, 0):
            assert (await rest("POST", path(sim), {"content": "x"}))[0] == 200
            assert rest.headers["X-RateLimit-Remaining"] == str(left)
        clock.advance(1.5)
        status, said = await rest("POST", path(sim), {"content": "x"})
        assert (status, said["retry_after"], said["global"]) == (429, 3.5, False)
        assert (rest.headers["Retry-After"], rest.headers["Via"]) == ("3.5", "1.1 google")
        assert rest.headers["X-RateLimit-Scope"] == "user"
        assert (await rest("POST", path(sim, "random"), {"content": "x"}))[0] == 200
        clock.advance(3.5)
        assert (await rest("POST", path(sim), {"content": "x"}))[0] == 200
        assert sim.refused == {"send": 1}


async def test_edits_have_a_bucket_of_their_own_and_old_messages_a_slower_one() -> None:
    clock = ManualClock()
    async with twin(clock, profile=REAL) as sim, calling(sim) as rest:
        _, said = await rest("POST", path(sim), {"content": "x"})
        own = f"{path(sim)}/{said['id']}"
        for number in range(5):
            assert (await rest("PATCH", own, {"content": f"{number}"}))[0] == 200
        assert (await rest("PATCH", own, {"content": "y"}))[1]["code"] == 0
        clock.advance(3_601)
        for number in range(3):
            assert (await rest("PATCH", own, {"content": f"{number}"}))[0] == 200
        status, said = await rest("PATCH", own, {"content": "y"})
        assert (status, said["code"], said["retry_after"]) == (429, 30046, 20.0)
        assert sim.refused == {"edit": 1, "edit-old": 1}


async def test_reactions_names_and_all_together_are_limited() -> None:
    clock = ManualClock()
    async with twin(clock, profile=REAL) as sim, calling(sim) as rest:
        said = sim.say(sim.person("Ann"), sim.channel("general"), "x")
        one = f"{path(sim)}/{said.id}/reactions/%F0%9F%91%80/@me"
        assert [(await rest("PUT", one))[0], (await rest("PUT", one))[0]] == [204, 429]
        clock.advance(0.25)
        assert (await rest("PUT", one))[0] == 204
        assert (await rest("POST", path(sim)[: -len("messages")] + "typing"))[0] == 204
        clock.advance(1)
        answers = [(await rest("GET", "/users/@me"))[0] for _ in range(51)]
        assert answers == [200] * 50 + [429]
        assert rest.headers["X-RateLimit-Global"] == "true"


async def test_a_bucket_has_one_name_for_all_channels_and_another_for_each_kind_of_call() -> None:
    async with twin(ManualClock(), profile=REAL) as sim, calling(sim) as rest:
        names: list[str] = []
        for name in ("general", "random"):
            _, said = await rest("POST", path(sim, name), {"content": "x"})
            names.append(rest.headers["X-RateLimit-Bucket"])
        await rest("PATCH", f"{path(sim, 'random')}/{said['id']}", {"content": "y"})
        names.append(rest.headers["X-RateLimit-Bucket"])
        assert (names[0] == names[1], names[1] == names[2]) == (True, False)


async def test_who_goes_on_asking_what_is_refused_is_shut_out() -> None:
    """Discord's gatekeeper does it after 10,000 refusals in ten minutes; the client cannot wait
    for it and says so at once."""
    clock = ManualClock()
    async with twin(clock, profile=Profile(invalid=Rate(3, 600.0))) as sim, online(sim) as bot:
        sim.forbid(sim.channel("general"), Right.SEND_MESSAGES)
        place = bot.get_partial_messageable(sim.channel("general").id, guild_id=sim.guild.id)
        for _ in range(3):
            with pytest.raises(discord.Forbidden):
                await place.send("x")
        other = bot.get_partial_messageable(sim.channel("random").id, guild_id=sim.guild.id)
        with pytest.raises(discord.HTTPException) as banned:
            await other.send("x")
        assert (banned.value.status, banned.value.text) == (429, "error code: 1015")
        clock.advance(601)
        await other.send("x")


async def test_the_client_waits_and_tries_again() -> None:
    async with twin(SystemClock()) as sim, online(sim) as bot:
        place = bot.get_partial_messageable(sim.channel("general").id, guild_id=sim.guild.id)
        sim.fail("send", Limited(0.01), Limited(0.01, everywhere=True))
        await place.send("at last")
        statuses = [call.status for call in sim.calls if call.route.endswith("/messages")]
        assert statuses == [429, 429, 200]
        sim.fail("send", Broken(503))
        with pytest.raises(discord.DiscordServerError):
            await place.send("not now")
        assert len(sim.said(sim.channel("general"))) == 1


async def test_a_lost_answer_is_told_from_a_lost_call_by_its_effect() -> None:
    async with twin(SystemClock()) as sim, online(sim) as bot:
        general = sim.channel("general")
        place = bot.get_partial_messageable(general.id, guild_id=sim.guild.id)
        sim.fail("send", Dropped(), None, Unanswered())
        with pytest.raises(aiohttp.ClientError):
            await place.send("never")
        await place.send("fine", nonce="a")
        with pytest.raises(aiohttp.ClientError):
            await place.send("there", nonce="b")
        assert [m.content for m in sim.said(general)] == ["fine", "there"]
        again = await place.send("there", nonce="b")
        assert [m.id for m in sim.said(general)][-1] == again.id
        assert [c.status for c in sim.calls if c.method == "POST"] == [0, 200, 0, 200]


async def test_a_delay_comes_before_the_effect() -> None:
    clock = ManualClock()
    async with twin(clock) as sim, online(sim) as bot:
        general = sim.channel("general")
        place = bot.get_partial_messageable(general.id, guild_id=sim.guild.id)
        sim.fail("send", Delayed(4.0))
        sending = bot.loop.create_task(place.send("slow"))
        await sim.until(lambda: sim.front.faults.waiting["send"].__len__() == 0)
        assert sim.said(general) == []
        clock.advance(4.0)
        await sending
        assert [m.content for m in sim.said(general)] == ["slow"]
