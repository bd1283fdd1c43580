"""Decorators at the ports that end their own process at a chosen point. Composed only here."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from crash_spec import Doom, Point
from pydantic import JsonValue

from runtime.facts import Entry, Fact
from runtime.folds.state import RunState
from runtime.ids import NO_SEQ, Address, RunId, Seq, SessionId
from runtime.journal import Posting, Refs
from runtime.ports import (
    EVERYWHERE,
    Appended,
    Behind,
    Guard,
    Journal,
    Known,
    Refused,
    Scope,
    SessionRow,
    SnapshotStore,
)
from runtime.testing.chat import Chat


@dataclass(slots=True)
class Fate:
    """Counts what this process did and, at its doom, sends it the signal. `resumed` says that it
    was stopped and goes on."""

    doom: Doom | None
    resumed: bool = False
    counts: Counter[Point] = field(default_factory=Counter[Point])

    def reach(self, point: Point, steps: int = 1) -> None:
        """`steps` more deeds of this kind are done."""
        before, after = self.counts[point], self.counts[point] + steps
        self.counts[point] = after
        if self.doom and self.doom.point == point and before < self.doom.n <= after:
            self._strike(self.doom.signal)

    def approach(self) -> None:
        """An entry is about to be appended."""
        written = self.counts["after"]
        if self.doom and self.doom.point == "before" and self.doom.n <= written + 1:
            self._strike(self.doom.signal)

    def _strike(self, signal: int) -> None:
        self.doom = None
        os.kill(os.getpid(), signal)
        self.resumed = True


@dataclass(frozen=True, slots=True)
class FatalJournal:
    """Implements ports.Journal. `settled_told` hears how far the platform is."""

    inner: Journal
    fate: Fate
    settled_told: Callable[[Seq], None]

    async def append(
        self,
        session: SessionId,
        facts: Sequence[Fact],
        *,
        run_id: RunId | None = None,
        expect: Seq,
    ) -> Appended | Behind | Known:
        self.fate.approach()
        answer = await self.inner.append(session, facts, run_id=run_id, expect=expect)
        if isinstance(answer, Appended):
            self.fate.reach("after", len(answer.entries))
        return answer

    async def tell(
        self, address: Address, facts: Sequence[Fact] | Guard, *, run_id: RunId | None = None
    ) -> Appended | Known | Refused:
        self.fate.approach()
        answer = await self.inner.tell(address, facts, run_id=run_id)
        if isinstance(answer, Appended):
            self.fate.reach("after", len(answer.entries))
        return answer

    async def settled(self, session: SessionId, seq: Seq) -> None:
        await self.inner.settled(session, seq)
        self.settled_told(seq)

    @property
    def snapshots(self) -> SnapshotStore:
        return self.inner.snapshots

    async def read(self, session: SessionId, after: Seq = NO_SEQ) -> list[Entry]:
        return await self.inner.read(session, after)

    def pages(self, session: SessionId, after: Seq = NO_SEQ) -> AsyncGenerator[list[Entry], None]:
        return self.inner.pages(session, after)

    async def state(self, session: SessionId) -> RunState:
        return await self.inner.state(session)

    async def session(self, session: SessionId) -> SessionRow | None:
        return await self.inner.session(session)

    async def sessions(self, limit: int = 100, scope: Scope = EVERYWHERE) -> list[SessionRow]:
        return await self.inner.sessions(limit, scope)

    async def unfinished(self, limit: int = 100, scope: Scope = EVERYWHERE) -> list[SessionRow]:
        return await self.inner.unfinished(limit, scope)

    async def open_work(self, now: datetime) -> list[SessionId]:
        return await self.inner.open_work(now)

    async def next_due(self) -> datetime | None:
        return await self.inner.next_due()


@dataclass(frozen=True, slots=True)
class FatalOutbox:
    """Implements runtime.testing.settler.Outbox."""

    inner: Refs
    fate: Fate

    async def intend(self, session: SessionId, key: str) -> None:
        await self.inner.intend(session, key)
        self.fate.reach("outbox")

    async def record(self, session: SessionId, key: str, ref: JsonValue) -> None:
        await self.inner.record(session, key, ref)
        self.fate.reach("outbox")

    async def lookup(self, session: SessionId, key: str) -> Posting | None:
        return await self.inner.lookup(session, key)


@dataclass(frozen=True, slots=True)
class FatalChat:
    """Implements runtime.testing.chat.Chat."""

    inner: Chat
    fate: Fate

    async def post(self, marker: str, text: str) -> int:
        message = await self.inner.post(marker, text)
        self.fate.reach("outbox")
        return message

    async def edit(self, message: int, text: str) -> None:
        await self.inner.edit(message, text)
        self.fate.reach("outbox")

    async def find(self, marker: str) -> int | None:
        return await self.inner.find(marker)
