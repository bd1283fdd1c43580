"""Waiting for something to happen, but not for ever, by the injected clock."""

from __future__ import annotations

import asyncio

from runtime.ports import Clock

_TICK = 0.001  # seconds: a clock may not tell less apart, and would be asked again for ever


async def wait_for(event: asyncio.Event, clock: Clock, seconds: float) -> None:
    """Return when the event is set or after so many seconds; infinity waits for the event alone."""
    if seconds == float("inf"):
        await event.wait()
        return
    happened = asyncio.ensure_future(event.wait())
    timer = asyncio.ensure_future(clock.sleep(max(_TICK, seconds)))
    try:
        await asyncio.wait((happened, timer), return_when=asyncio.FIRST_COMPLETED)
    finally:
        happened.cancel()
        timer.cancel()
