"""Removes containers that nobody needs any more: of our instance only, known by their labels
only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress

from runtime.errors import SandboxUnavailable
from runtime.ids import SessionId
from runtime.ports import Clock
from sandbox import labels
from sandbox.docker_engine import DockerEngine

EVERY = 60
"""Seconds between two sweeps."""

Live = Callable[[], Awaitable[Collection[SessionId]]]
"""The sessions (boxes) whose container may still be needed."""


class Reaper:
    """Sweeps at the start and every minute, for containers that a killed bot left behind."""

    def __init__(self, engine: DockerEngine, instance: str, clock: Clock, live: Live) -> None:
        self._engine = engine
        self._instance = instance
        self._clock = clock
        self._live = live

    async def serve(self) -> None:
        """Until cancelled. An engine that is away is tried again at the next sweep."""
        while True:
            with suppress(SandboxUnavailable):  # whoever needs the sandbox is told so
                await self.sweep()
            await self._clock.sleep(EVERY)

    async def sweep(self) -> int:
        """Remove what is dead or overdue; how many that were. Raises SandboxUnavailable."""
        # First the containers, then who lives: whoever got a container before the list lives by
        # now.
        listed = await self._engine.listed(*labels.of_instance(self._instance))
        live = frozenset(await self._live())
        now = self._clock.now()
        doomed = [
            container
            for container in listed
            if labels.task(container.labels) not in live
            or labels.seconds_left(container.labels, now) < 0
        ]
        for container in doomed:
            await self._engine.remove(container.id)
        return len(doomed)
