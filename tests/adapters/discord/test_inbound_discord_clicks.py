"""Buttons and choices on Discord as the router hears them."""

from __future__ import annotations

import pytest
from discord_gate import answered, card, gate, gate_of, notices, place
from discord_router import FakeRouter, serving, stage

from adapters.discord.button_ids import encode, pick
from adapters.discord.inbound.buttons import STALE
from adapters.ports.button import approve
from adapters.ports.inbound import Press
from adapters.simulators.discord.asking import ask
from adapters.simulators.discord.interaction import Answer, Ask
from adapters.simulators.discord.payload import Json


async def test_a_press_is_heard_and_nothing_is_shown() -> None:
    async with stage() as on:
        message, yes, _ = await gate(on)
        click = on.discord.click(on.ann, message, encode(yes))
        heard = await on.router.nth(2)
        assert isinstance(heard, Press)
        assert (heard.token, heard.message_id) == (yes, str(click.id))
        assert (heard.address, heard.actor.name) == (place(on, message.channel), "Ann")
        assert await answered(on, click) is Answer.DEFERRED_UPDATE
        assert notices(on) == []


async def test_a_choice_is_a_press_too() -> None:
    async with stage() as on:
        message, yes, _ = await gate(on)
        on.discord.click(on.ann, message, pick(0), [encode(yes)])
        heard = await on.router.nth(2)
        assert isinstance(heard, Press)
        assert heard.token == yes


async def test_two_presses_are_two_and_each_is_answered() -> None:
    async with stage() as on:
        message, yes, no = await gate(on)
        on.router.open.clear()
        clicks = [on.discord.click(on.ann, message, encode(token)) for token in (yes, yes, no)]
        await on.router.until(lambda: len(on.router.tried) == 4)
        on.router.open.set()
        for click in clicks:
            await answered(on, click)
        assert len({heard.message_id for heard in on.router.heard[1:]}) == 3


async def test_a_press_counts_after_a_restart() -> None:
    """A fresh process that never saw the message."""
    async with stage() as on:
        message, yes, _ = await gate(on)
        router = FakeRouter()
        async with serving(on.discord, router):
            on.discord.click(on.ann, message, encode(yes))
            heard = await router.nth(1)
        assert isinstance(heard, Press)
        assert heard.token == yes


async def test_a_press_in_an_archived_thread_counts() -> None:
    async with stage() as on:
        message, yes, _ = await gate(on)
        on.discord.archive(message.channel)
        on.discord.click(on.ann, message, encode(yes))
        assert (await on.router.nth(2)).address == place(on, message.channel)


async def test_where_there_is_no_thread_the_press_finds_its_session() -> None:
    async with stage() as on:
        meeting = on.discord.channel("meeting")
        said = on.call("count", meeting)
        address = (await on.router.nth(1)).address
        assert address.thread == str(said.id)
        message = card(on, meeting, approve(gate_of(address)))
        on.discord.click(on.ann, message, encode(approve(gate_of(address))))
        assert (await on.router.nth(2)).address == address


async def test_nobody_presses_for_another_channel() -> None:
    async with stage() as on:
        on.call("count")
        address = (await on.router.nth(1)).address
        meeting = on.discord.channel("meeting")
        stolen = approve(gate_of(address))
        on.discord.click(on.ann, card(on, meeting, stolen), encode(stolen))
        await on.discord.until(lambda: notices(on))
        assert notices(on) == [STALE]
        assert len(on.router.tried) == 1


@pytest.mark.parametrize(
    "data",
    [
        {"custom_id": "approve"},
        {"custom_id": "aether:"},
        {"custom_id": f"aether:gate/{'x' * 65}/once"},
        {"custom_id": "aether:pick:0"},
        {"custom_id": "aether:pick:0", "values": []},
        {"custom_id": "aether:pick:0", "values": ["junk"]},
        {"custom_id": "aether:pick:0", "values": ["aether:run/1/stop", "aether:run/2/stop"]},
    ],
)
async def test_junk_is_refused_and_not_heard(data: Json) -> None:
    async with stage() as on:
        message, _, _ = await gate(on)
        kind: Json = {"component_type": 3 if "values" in data else 2, "id": 1}
        ask(on.discord.world, Ask.COMPONENT, on.ann, message.channel, kind | data, message)
        await on.discord.until(lambda: notices(on))
        assert notices(on) == [STALE]
        assert len(on.router.tried) == 1
