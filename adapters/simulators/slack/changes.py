"""Waiting for something to happen, without sleeping."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Changes:
    """Counts changes; whoever waits wakes at the next one."""

    def __init__(self) -> None:
        self.count = 0
        self._next = asyncio.Event()

    def note(self) -> None:
        self.count += 1
        self._next.set()
        self._next = asyncio.Event()

    async def changed(self) -> None:
        await self._next.wait()

    async def until(self, holds: Callable[[], bool], patience: float) -> None:
        """Returns when it holds. Raises TimeoutError after `patience` real seconds."""
        async with asyncio.timeout(patience):
            while not holds():
                await self.changed()
