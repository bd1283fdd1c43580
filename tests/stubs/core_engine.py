"""What a LocalEngine is given in its tests: a journal's side that is played, and a manual clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from core_live import settle

from runtime.engine import LocalEngine
from runtime.errors import JournalUnavailable
from runtime.ids import SessionId
from runtime.testing.clock import ManualClock

A, B = SessionId("a"), SessionId("b")


@dataclass
class Desk:
    """The journal's side: what is open, what is due, and what was driven when."""

    clock: ManualClock = field(default_factory=ManualClock)
    open: set[SessionId] = field(default_factory=set[SessionId])
    due: datetime | None = None
    broken: bool = False
    driven: list[tuple[SessionId, float]] = field(default_factory=list[tuple[SessionId, float]])
    does: Callable[[SessionId], Awaitable[None]] | None = None

    async def open_work(self, now: datetime) -> list[SessionId]:
        if self.broken:
            raise JournalUnavailable("the disk is full")
        return sorted(self.open)

    async def next_due(self) -> datetime | None:
        return self.due

    async def drive(self, session: SessionId) -> None:
        self.driven.append((session, self.clock.monotonic()))
        self.open.discard(session)
        if self.does is not None:
            await self.does(session)

    @property
    def names(self) -> list[SessionId]:
        return [session for session, _ in self.driven]

    @property
    def times(self) -> list[float]:
        return [at for _, at in self.driven]

    async def pass_time(self, seconds: float, step: float = 0.5) -> None:
        for _ in range(round(seconds / step)):
            self.clock.advance(step)
            await settle()


@asynccontextmanager
async def serving(router: Desk) -> AsyncGenerator[LocalEngine]:
    engine = LocalEngine(router.clock)
    task = asyncio.create_task(engine.serve(router.drive, router))
    await settle()
    try:
        yield engine
    finally:
        await engine.drain(0)
        await task
