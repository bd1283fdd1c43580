"""A thread that is read as history: all at once, and whoever does not answer in time is no reason
to lose what was said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from slack_desk import settings_of

from adapters.ports.surface import Surface
from adapters.simulators.slack.faults import Slow
from adapters.simulators.slack.simulator import Simulator, simulator
from adapters.slack.connection import SlackPlatform
from adapters.slack.outbound import history
from runtime.ids import Address
from runtime.testing.clock import ManualClock

MANY = 20


@asynccontextmanager
async def thread_of_many() -> AsyncGenerator[tuple[Simulator, Surface, Address]]:
    """Everybody says one thing. Time stands still."""
    clock = ManualClock()
    async with simulator(clock) as slack:
        root = await slack.say("ann", "general", "so")
        for number in range(MANY):
            user = slack.team.add_user(f"p{number}", f"Person {number}")
            slack.team.place("general").members.add(user.id)
            await slack.say(user.id, "general", f"word {number}", thread_ts=root.ts)
        address = Address(
            platform="slack", team=slack.team.id, channel=root.channel, thread=root.ts
        )
        surface = SlackPlatform(settings_of(slack), clock).surface(address)
        assert surface is not None
        yield slack, surface, address


async def test_people_are_asked_for_abreast() -> None:
    async with thread_of_many() as (slack, surface, address):
        slack.inject(Slow("users.info", 1.0, times=MANY + 1))
        clock = slack.service.clock
        assert isinstance(clock, ManualClock)
        reading = asyncio.ensure_future(surface.history(address, ""))
        await slack.until(lambda: slack.service.faults.is_empty, 60)
        clock.advance(1)
        replies = await reading
    assert [reply.actor.name for reply in replies[1:]] == [f"Person {n}" for n in range(MANY)]


async def test_who_does_not_answer_in_time_goes_by_their_id(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Nobody answers at all, so nobody needs to be waited for.
    monkeypatch.setattr(history, "_QUICK", 0.1)
    async with thread_of_many() as (slack, surface, address):
        slack.inject(Slow("users.info", 1.0, times=MANY + 1))
        replies = await surface.history(address, "")
        assert [reply.text for reply in replies[1:]] == [f"word {n}" for n in range(MANY)]
        assert all(reply.actor.name == "" and not reply.admitted for reply in replies)
        assert replies[0].actor.id == slack.person("ann").id
