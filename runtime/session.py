"""The driver: decide, perform, append, until the run is finished or parked; then settle."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from runtime.agent.agent import Agent
from runtime.agent.segment import Segment
from runtime.decide import Park, Terms, decide
from runtime.facts import Parked
from runtime.hub import Hub
from runtime.ids import SessionId, WorkerId
from runtime.lock_watch import Unshared
from runtime.ports import Clock, Journal, Lock, SessionRow, Settler


@dataclass(frozen=True, slots=True)
class Driver:
    """Drives one session at a time per call; holds nothing about any of them."""

    journal: Journal
    agent: Agent
    hub: Hub
    clock: Clock
    terms: Terms
    settlers: Mapping[str, Settler]
    draining: Callable[[], bool]
    lock: Lock = field(default_factory=Unshared)

    async def drive(self, session: SessionId) -> None:
        """Do the work that is due, then bring it to the platform. Spurious calls are harmless.

        Raises Fenced: who claimed the session brings it to the platform too, two would post twice;
        and LockLost.
        """
        await self.lock.prove()
        if self._is_due(await self.journal.session(session)):
            await self._work(session)
            await self.lock.prove()
        await self._settle(session)
        self.hub.drop(session)

    def _is_due(self, row: SessionRow | None) -> bool:
        if row is None:
            return False
        return row.awake or (row.due_at is not None and row.due_at <= self.clock.now())

    async def _work(self, session: SessionId) -> None:
        segment = Segment(
            session,
            await self.journal.read(session),
            journal=self.journal,
            hub=self.hub,
            clock=self.clock,
            terms=self.terms,
        )
        if await self._claimed(segment):
            await self._loop(segment)

    async def _claimed(self, segment: Segment) -> bool:
        """Whether work is due at the very head at which the claim stands: what another process did
        while this one was stopped is not begun again."""
        while True:
            row = await self.journal.session(segment.session)
            if row is None or not self._is_due(row):
                return False
            if await segment.claim(_worker(), row.head):
                return True

    async def _loop(self, segment: Segment) -> None:
        while not self.draining():
            effect = decide(segment.state, self.clock.now(), self.terms)
            if isinstance(effect, Park):
                await segment.record((Parked(until=effect.until),))
            else:
                await self.agent.perform(segment, effect)
            if segment.over:
                return

    async def _settle(self, session: SessionId) -> None:
        row = await self.journal.session(session)
        settler = self.settlers.get(row.address.platform) if row else None
        if row is None or settler is None or _settled(row):
            return
        await self.journal.settled(session, await settler.settle(session))


def _settled(row: SessionRow) -> bool:
    return row.settled_seq >= row.shown_seq


_PROCESS = uuid.uuid4().hex[:8]
_COUNT = itertools.count(1)


def _worker() -> WorkerId:
    """A name for one segment, unique across processes and restarts."""
    return WorkerId(f"{_PROCESS}-{next(_COUNT)}")
