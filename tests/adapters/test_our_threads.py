"""Threads of others are looked up once, however much is said there."""

from __future__ import annotations

from discord_router import FakeRouter

from adapters.discord.inbound.threads import Threads as OnDiscord
from adapters.intake.threads import OurThreads
from adapters.slack.inbound.payloads import MessageEvent
from adapters.slack.inbound.threads import Threads as OnSlack
from runtime.ids import Address

HERE = Address(platform="slack", team="T1", channel="C1", thread="1.000001")


def reply(ts: str) -> MessageEvent:
    return MessageEvent(type="message", channel="C1", ts=ts, thread_ts="1.000001", user="U1")


async def test_a_thread_of_others_costs_one_look() -> None:
    for kind in (OurThreads, OnDiscord, OnSlack):
        desk = FakeRouter()
        threads = kind(desk)
        assert [await threads.ours(HERE) for _ in range(5)] == [False] * 5
        assert desk.looks == 1


async def test_a_thread_that_begins_later_is_ours_at_once() -> None:
    desk = FakeRouter()
    threads = OnSlack(desk)
    assert not await threads.takes(HERE, reply("2.000001"))
    assert not await threads.takes(HERE, reply("4.000001"))
    assert [early.ts for early in threads.opened(HERE, "3.000001")] == ["4.000001"]
    assert not await threads.takes(HERE, reply("2.000001")), "it was said before the call"
    assert await threads.takes(HERE, reply("5.000001"))
    assert desk.looks == 1


async def test_a_thread_on_the_record_takes_every_reply() -> None:
    desk = FakeRouter()
    desk.begin(HERE)
    threads = OnSlack(desk)
    assert await threads.takes(HERE, reply("0.000001"))
    threads.opened(HERE, "3.000001")
    assert await threads.takes(HERE, reply("2.000001"))
