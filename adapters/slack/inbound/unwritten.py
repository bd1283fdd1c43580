"""What people said and nobody could write down: kept until it can be."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from adapters.slack.inbound.background_tasks import BackgroundTasks
from runtime.errors import JournalUnavailable
from runtime.ports import Clock

_FIRST_WAIT, _LONGEST_WAIT = 0.5, 8.0  # seconds between two attempts, doubling

Again = Callable[[], Awaitable[object]]


class Unwritten:
    """Slack sends an event four times in six minutes, then never again; an outage of the database
    may last longer. A memory of this process, in the order of the events and no longer than there
    may be background tasks. What Slack sends again meanwhile is the same message, and taken
    once."""

    def __init__(self, clock: Clock, background: BackgroundTasks) -> None:
        self._clock, self._errands = clock, background
        self._turn = asyncio.Lock()  # a fair one

    def keep(self, again: Again) -> None:
        """`again` raises JournalUnavailable while it cannot be done."""
        self._errands.send("what was said", self._do(again))

    async def _do(self, again: Again) -> None:
        async with self._turn:
            wait = _FIRST_WAIT
            while not await _done(again):
                await self._clock.sleep(wait)
                wait = min(2 * wait, _LONGEST_WAIT)


async def _done(again: Again) -> bool:
    try:
        await again()
    except JournalUnavailable:
        return False
    return True
