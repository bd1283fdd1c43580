"""A clock that moves only when a test says so."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

START = datetime(2026, 1, 1, tzinfo=UTC)


class ManualClock:
    """Implements ports.Clock. Sleepers wake when `advance` passes their time, in order."""

    def __init__(self, start: datetime = START) -> None:
        self._now, self._passed = start, 0.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._passed

    async def sleep(self, seconds: float) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._passed + seconds, future))
        await future

    def advance(self, seconds: float) -> None:
        """Move time forward and wake everybody whose time has come."""
        self.step(seconds)
        self._passed += seconds
        due = [item for item in self._sleepers if item[0] <= self._passed]
        self._sleepers = [item for item in self._sleepers if item[0] > self._passed]
        for _, future in sorted(due, key=lambda item: item[0]):
            if not future.done():
                future.set_result(None)

    def step(self, seconds: float) -> None:
        """Somebody sets the system's time: nothing has passed, and nobody wakes."""
        self._now += timedelta(seconds=seconds)
