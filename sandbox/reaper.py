"""Removes containers that nobody needs any more: of our instance only, known by their labels
only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress

from runtime.errors import JournalUnavailable, SandboxUnavailable
from runtime.ids import SessionId
from runtime.ports import Clock
from sandbox import labels
from sandbox.docker_engine import DockerEngine, Listed

EVERY = 60
"""Seconds between two sweeps."""

Needed = Callable[[SessionId], Awaitable[bool]]
"""Whether a session's container may still be needed; asked only of those that have one."""


class Reaper:
    """Sweeps at the start and every minute, for containers that a killed bot left behind."""

    def __init__(self, engine: DockerEngine, instance: str, clock: Clock, needed: Needed) -> None:
        self._engine = engine
        self._instance = instance
        self._clock = clock
        self._needed = needed

    async def serve(self) -> None:
        """Until cancelled. An engine or a journal that is away is asked again by the next sweep."""
        while True:
            # Whoever needs one of them is told so; the sweep can wait.
            with suppress(SandboxUnavailable, JournalUnavailable):
                await self.sweep()
            await self._clock.sleep(EVERY)

    async def sweep(self) -> int:
        """Remove what nobody needs; how many that were. Raises SandboxUnavailable, and what
        the question who is needed raises."""
        removed = 0
        for container in await self._engine.listed(*labels.of_instance(self._instance)):
            # Asked after the list was made: whoever got a container before it is needed by now.
            if await self._doomed(container):
                await self._engine.remove(container.id)
                removed += 1
        return removed

    async def _doomed(self, container: Listed) -> bool:
        """What is needed ends by itself, when its own time is over."""
        return not await self._needed(labels.task(container.labels))
