"""EventDispatcher: what all listeners share, over every connection of the process."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import aiohttp
import discord
import structlog

from adapters.discord.inbound.threads import Threads
from adapters.ports.chat_platform import InboundContext
from adapters.ports.inbound import Inbound, Receipt, Refused
from runtime.errors import AetherError, JournalUnavailable, ToolError

log = structlog.get_logger(__name__)

T = TypeVar("T")

WAITS = (0.5, 1.0, 2.0, 4.0, 8.0)  # seconds
_OUT_OF_REACH = (AetherError, discord.DiscordException, aiohttp.ClientError, OSError)
NOT_RECORDED = "This could not be recorded just now. Try it again in a moment."


class EventDispatcher:
    """`start` runs a coroutine for as long as the platform is served."""

    def __init__(
        self, context: InboundContext, start: Callable[[Coroutine[Any, Any, None]], object]
    ) -> None:
        self.context, self._start = context, start
        self.threads = Threads(context.sessions)
        self._lanes: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def begin(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._start(_survived(work))

    def thread_lock(self, channel: int) -> asyncio.Lock:
        """What is said in one thread is recorded in its order: the lock is fair."""
        return self._lanes.setdefault(channel, asyncio.Lock())

    async def record(self, inbound: Inbound) -> Receipt | None:
        """None if it could not be written although it was tried for 15 seconds."""

        async def receive() -> Receipt:
            try:
                return await self.context.receive(inbound)
            except ToolError as error:
                return Refused(str(error))

        return await self._try(receive)

    async def insist(self, work: Callable[[], Awaitable[T | None]]) -> T:
        """What `work` says, as soon as it says something and nothing is out of reach. Raises
        DiscordException for what will never be."""
        while (found := await self._try(work)) is None:
            pass
        return found

    async def _try(self, work: Callable[[], Awaitable[T]]) -> T | None:
        """None if it failed for 15 seconds."""
        for wait in (*WAITS, None):
            try:
                return await work()
            except _OUT_OF_REACH as error:
                if _is_final(error):
                    raise
                if not isinstance(error, JournalUnavailable):  # that is one line for all
                    log.warning("discord.out_of_reach", error=str(error) or type(error).__name__)
            if wait is not None:
                await self.context.clock.sleep(wait)
        return None


def _is_final(error: Exception) -> bool:
    """Whether asking again is of no use: a right is missing, a channel is gone."""
    return isinstance(error, discord.HTTPException) and error.status < 500 and error.status != 429


async def _survived(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """The edge of one event: what breaks it must not end the others."""
    try:
        await work()
    except Exception:  # noqa: BLE001 -- see above
        # Without local variables: they hold people's words.
        log.error("discord.event_failed", exception=traceback.format_exc())
