"""The driver: decide, perform, append, until the run is finished or parked; then settle."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

from runtime.agent.agent import Agent
from runtime.agent.segment import Segment
from runtime.decide import Park, Terms, decide
from runtime.errors import Fenced
from runtime.facts import Parked
from runtime.hub import Hub
from runtime.ids import SessionId, WorkerId
from runtime.ports import Clock, Journal, SessionRow, Settler

log = structlog.get_logger(__name__)


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

    async def drive(self, session: SessionId) -> None:
        """Do the work that is due, then bring it to the platform. Spurious calls are harmless."""
        row = await self.journal.session(session)
        if row is None:
            return
        try:
            if row.awake or (row.due_at is not None and row.due_at <= self.clock.now()):
                await self._work(session)
        except Fenced as fenced:
            log.info("segment.fenced", session=session, why=str(fenced))
            return  # who claimed it brings it to the platform too; two would post twice
        await self._settle(session)
        self.hub.drop(session)

    async def _work(self, session: SessionId) -> None:
        segment = Segment(
            session,
            await self.journal.read(session),
            journal=self.journal,
            hub=self.hub,
            clock=self.clock,
            terms=self.terms,
        )
        await segment.claim(_worker())
        await self._loop(segment)

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
