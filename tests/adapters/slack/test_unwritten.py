"""What Slack sends no more is written down when the database is back, in its order."""

from __future__ import annotations

import asyncio

from core_live import settle

from adapters.slack.inbound.background_tasks import BackgroundTasks
from adapters.slack.inbound.unwritten import Unwritten
from runtime.errors import JournalUnavailable
from runtime.testing.clock import ManualClock


async def test_an_hour_without_the_database_loses_nothing() -> None:
    clock, background, away, written = ManualClock(), BackgroundTasks(), True, list[int]()
    unwritten = Unwritten(clock, background)

    def event(number: int) -> None:
        async def again() -> None:
            await asyncio.sleep(0)
            if away:
                raise JournalUnavailable("the server does not answer")
            written.append(number)

        unwritten.keep(again)

    for number in range(3):
        event(number)
    for _ in range(450):
        await settle()
        clock.advance(8)
    assert written == []
    away = False
    clock.advance(8)
    await settle()
    assert written == [0, 1, 2]
    await background.aclose()
