"""The driver: decide, perform, append, until the run is finished or parked; then settle."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from runtime.decide.next import CallModel, Wait, decide
from runtime.errors import JournalUnavailable
from runtime.facts import Parked
from runtime.ids import SessionId, WorkerId
from runtime.live.hub import Hub
from runtime.live.kept import KeptFolds
from runtime.lock_watch import Unshared
from runtime.outage import Outage
from runtime.perform.effects import Agent
from runtime.perform.segment import Segment
from runtime.places import Places
from runtime.ports import Clock, Journal, Lock, SessionRow, Settler
from runtime.profiles import Profiles


@dataclass(frozen=True, slots=True)
class Driver:
    """Drives one session at a time per call; what it folded is kept."""

    journal: Journal
    kept: KeptFolds
    agent: Agent
    hub: Hub
    clock: Clock
    profiles: Profiles
    settlers: Mapping[str, Settler]
    draining: Callable[[], bool]
    places: Places
    lock: Lock = field(default_factory=Unshared)
    outage: Outage = field(default_factory=Outage)

    async def drive(self, session: SessionId) -> None:
        """Do the work that is due, then bring it to the platform. Spurious calls are harmless.

        Raises Fenced: who claimed the session brings it to the platform too, two would post twice;
        and LockLost.
        """
        await self.lock.prove()
        row = await self.journal.session(session)
        if row is None or not self._is_due(row):
            self.places.ended(session, queued=False)
        elif not self.places.rests(session, row.head):
            await self._do(row)
            await self.lock.prove()
        await self._settle(session)
        self.hub.drop(session)

    def _is_due(self, row: SessionRow | None) -> bool:
        if row is None:
            return False
        return row.awake or (row.due_at is not None and row.due_at <= self.clock.now())

    async def _do(self, row: SessionRow) -> None:
        self.outage.begun(row.address)
        try:
            await self._work(row)
            self.outage.done(row.address)
        except JournalUnavailable as error:
            self.outage.reported(error, row.address)
            raise

    async def _work(self, row: SessionRow) -> None:
        """One segment. No place outlasts it; a place in the queue does."""
        segment: Segment | None = None
        try:
            segment = await self._segment(row)
            if await self._claimed(segment):
                await self._loop(segment)
            self.kept.keep(segment.state, segment.conversation)
        except BaseException:
            self.places.fell(row.session_id)
            raise
        self.places.ended(row.session_id, queued=segment.queued)

    async def _segment(self, row: SessionRow) -> Segment:
        return Segment(
            row.address,
            *await self.kept.read(row.session_id),
            journal=self.journal,
            hub=self.hub,
            clock=self.clock,
            profiles=self.profiles,
        )

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
        in_container = self.agent.tools.in_container
        while not self.draining():
            effect = decide(segment.state, self.clock.now(), await segment.profile())
            if isinstance(effect, Wait):
                await segment.record((Parked(until=effect.until),))
            elif await self.places.admits(segment, effect, in_container):
                await self.agent.perform(segment, effect)
                if isinstance(effect, CallModel):
                    self.places.called(segment.session)
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
