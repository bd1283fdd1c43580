"""The real clock, and waiting by whatever clock there is."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

from runtime.ports import Clock


class SystemClock:
    """Implements ports.Clock: the system's time in UTC, and its monotonic clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def happens(event: asyncio.Event, clock: Clock, seconds: float) -> None:
    """Return when the event is set, at the latest after so many seconds of the clock."""
    set_ = asyncio.ensure_future(event.wait())
    timer = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait((set_, timer), return_when=asyncio.FIRST_COMPLETED)
    finally:
        set_.cancel()
        timer.cancel()
