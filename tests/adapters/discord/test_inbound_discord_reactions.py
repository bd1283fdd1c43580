"""The reaction that stops: a gesture that needs no words."""

from __future__ import annotations

from discord_router import Stage, stage

from adapters.ports.inbound import Command, Refused
from adapters.simulators.discord import messages
from adapters.simulators.discord.message import Body
from runtime.ids import Address


def address(on: Stage, channel: int, thread: int) -> Address:
    return Address(
        platform="discord", team=str(on.discord.guild.id), channel=str(channel), thread=str(thread)
    )


async def test_a_stop_sign_on_the_beginning_or_on_our_card_stops() -> None:
    async with stage() as on:
        thread = await on.thread()
        world = on.discord.world
        starter = on.general.messages[thread.id]
        card = messages.post(world, thread, on.discord.bot, Body("the card"))
        theirs = on.discord.say(on.ann, thread, "mine")
        await on.router.nth(2)
        for message in (theirs, starter, card):
            on.discord.react(on.ann, message, "👍")
            on.discord.react(on.ann, message, "🛑")
        on.discord.react(on.discord.bot, card, "🛑")
        stops = [await on.router.nth(3), await on.router.nth(4)]
        assert all(isinstance(s, Command) and s.name == "stop" for s in stops)
        assert all(s.address == address(on, on.general.id, thread.id) for s in stops)
        assert {s.message_id for s in stops} == {
            f"{starter.id}.{on.ann.id}",
            f"{card.id}.{on.ann.id}",
        }
        assert stops[0].actor.name == "Ann"


async def test_a_refused_stop_sign_is_told_to_that_person() -> None:
    async with stage() as on:
        thread = await on.thread()
        on.router.answers.append(Refused("Only Bob may stop it."))
        on.discord.react(on.ann, on.general.messages[thread.id], "🛑")
        await on.discord.until(lambda: on.written(thread))
        assert on.written(thread) == [f"{on.ann.mention} Only Bob may stop it."]


async def test_a_stop_sign_in_direct_messages_has_a_name() -> None:
    async with stage() as on:
        direct = on.discord.direct(on.ann)
        on.discord.say(on.ann, direct, "begin")
        await on.router.nth(1)
        card = messages.post(on.discord.world, direct, on.discord.bot, Body("the card"))
        on.discord.react(on.ann, card, "🛑")
        stop = await on.router.nth(2)
        assert (stop.actor.name, stop.address.team) == ("Ann", "")
