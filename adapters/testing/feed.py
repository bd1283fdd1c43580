"""A view feed that shows what a test puts into it."""

from __future__ import annotations

import asyncio

from runtime.view import ThreadView


class MemoryFeed:
    """Implements ports.ViewFeed."""

    def __init__(self, view: ThreadView) -> None:
        self._view = view
        self._fresh = asyncio.Event()

    @property
    def view(self) -> ThreadView:
        return self._view

    def show(self, view: ThreadView) -> None:
        self._view = view
        self._fresh.set()

    async def changed(self) -> ThreadView:
        await self._fresh.wait()
        self._fresh.clear()
        return self._view

    async def aclose(self) -> None:
        """Nothing is open."""
