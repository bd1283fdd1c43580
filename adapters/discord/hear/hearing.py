"""What all ears share, over every connection of the process."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Coroutine
from typing import Any
from weakref import WeakValueDictionary

import structlog

from adapters.discord.hear.threads import Threads
from adapters.inbound import Inbound, Receipt, Refused
from adapters.platforms import Front
from runtime.errors import AetherError, ToolError

log = structlog.get_logger(__name__)

WAITS = (0.5, 1.0, 2.0, 4.0, 8.0)  # seconds
NOT_RECORDED = "This could not be recorded just now. Try it again in a moment."


class Hearing:
    """`start` runs a coroutine for as long as the platform is served."""

    def __init__(self, front: Front, start: Callable[[Coroutine[Any, Any, None]], object]) -> None:
        self.front, self._start = front, start
        self.threads = Threads(front.sessions)
        self._lanes: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def begin(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._start(_survived(work))

    def lane(self, channel: int) -> asyncio.Lock:
        """What is said in one thread is recorded in its order: the lock is fair."""
        return self._lanes.setdefault(channel, asyncio.Lock())

    async def record(self, inbound: Inbound) -> Receipt | None:
        """None if it could not be written although it was tried for 15 seconds: Discord delivers
        nothing twice, so `Front.missed` must find it later."""
        for wait in (*WAITS, None):
            try:
                return await self.front.receive(inbound)
            except ToolError as error:
                return Refused(str(error))
            except AetherError as error:
                log.warning("discord.not_recorded", message=inbound.message_id, error=str(error))
            if wait is not None:
                await self.front.clock.sleep(wait)
        log.error("discord.lost", message=inbound.message_id, thread=inbound.address.thread)
        return None


async def _survived(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """The edge of one event: what breaks it must not end the others."""
    try:
        await work()
    except Exception:  # noqa: BLE001 -- see above
        # Without local variables: they hold people's words.
        log.error("discord.event_failed", exception=traceback.format_exc())
