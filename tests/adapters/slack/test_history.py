"""A thread that is read as history: all at once, and whoever does not answer in time is no reason
to lose what was said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from slack_router import settings_of

from adapters.ports.surface import Surface
from adapters.simulators.slack.faults import Slow
from adapters.simulators.slack.message import Message
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


async def test_what_other_apps_posted_is_history_and_what_slack_says_is_not() -> None:
    clock = ManualClock()
    async with simulator(clock) as slack:
        place, team = slack.team.place("general"), slack.team
        alert = Message(
            channel=place.id, ts=team.stamps.next(), user="U0ALERT", text="", at=clock.now(),
            bot_id="B0ALERT", subtype="bot_message", username="Alerts",
            attachments=({"title": "[FIRING] DiskFull", "text": "93% used on /var"},),
        )  # fmt: skip
        place.put(alert)
        slackbot = replace(alert, user="USLACKBOT", bot_id=None, subtype=None)
        at = team.stamps.next()
        place.put(replace(slackbot, ts=at, text="our wifi", thread_ts=alert.ts))
        await slack.say("ann", "general", "again?", thread_ts=alert.ts)
        surface = SlackPlatform(settings_of(slack), clock).surface(
            Address(platform="slack", team=team.id, channel=place.id, thread=alert.ts)
        )
        assert surface is not None
        address = Address(platform="slack", team=team.id, channel=place.id, thread=alert.ts)
        app, ann = await surface.history(address, "")
        assert (app.app, app.actor.name, app.admitted) == (True, "Alerts", False)
        assert [part.text for part in app.parts] == ["[FIRING] DiskFull\n93% used on /var"]
        assert (ann.app, ann.text) == (False, "again?")
        channel = await surface.history(address.model_copy(update={"thread": ""}), "")
        assert [reply.message_id for reply in channel] == [alert.ts]
