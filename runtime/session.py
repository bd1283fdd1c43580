"""The driver: decide, perform, append, until the run is finished or parked; then settle."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from runtime.admission import Admission
from runtime.agent.agent import Agent
from runtime.agent.segment import Segment
from runtime.decide import CallModel, Effect, Park, decide
from runtime.decide_call import Attach, RunTool
from runtime.errors import JournalUnavailable
from runtime.events import RunAdmitted, RunQueued
from runtime.facts import Parked
from runtime.fairness import worth_telling
from runtime.hub import Hub
from runtime.ids import SessionId, WorkerId
from runtime.lock_watch import Unshared
from runtime.outage import Outage
from runtime.ports import Clock, Journal, Lock, SessionRow, Settler
from runtime.profiles import Profiles


@dataclass(frozen=True, slots=True)
class Driver:
    """Drives one session at a time per call; holds nothing about any of them."""

    journal: Journal
    agent: Agent
    hub: Hub
    clock: Clock
    profiles: Profiles
    settlers: Mapping[str, Settler]
    draining: Callable[[], bool]
    admission: Admission
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
            self.admission.leave(session)
        elif not self.admission.rests(session, row.head):
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
                await self._loop(segment, row.address.platform)
        except BaseException:
            self.admission.break_off(row.session_id)
            raise
        if not segment.queued:
            self.admission.leave(row.session_id)

    async def _segment(self, row: SessionRow) -> Segment:
        return Segment(
            row.session_id,
            row.address,
            await self.journal.read(row.session_id),
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

    async def _loop(self, segment: Segment, platform: str) -> None:
        while not self.draining():
            effect = decide(segment.state, self.clock.now(), await segment.profile())
            if isinstance(effect, Park):
                await segment.record((Parked(until=effect.until),))
            elif not _is_work(effect) or await self._has_place(segment, platform):
                await self.agent.perform(segment, effect)
            if segment.over:
                return

    async def _has_place(self, segment: Segment, platform: str) -> bool:
        """Whether the task may work now. If not, this is put on the record and ends the segment; if
        it had to wait, its admission is, and what to do is decided anew."""
        run = segment.state.run
        assert run is not None, "only a task works"
        person = f"{platform}:{run.requester.id}"
        ahead = self.admission.ask(segment.session, run.run_id, person, begun=run.turn > 0)
        if ahead is None:
            if run.queued is not None:
                await segment.record((RunAdmitted(),))
            return run.queued is None
        told = run.queued
        if told is None or worth_telling(told.ahead, ahead):
            told = RunQueued(ahead=ahead, since=told.since if told else self.clock.now())
        news = () if told is run.queued else (told,)
        if await segment.record((*news, Parked(queued=True))):
            self.admission.rest(segment.session, segment.state.head, told.ahead)
        return False

    async def _settle(self, session: SessionId) -> None:
        row = await self.journal.session(session)
        settler = self.settlers.get(row.address.platform) if row else None
        if row is None or settler is None or _settled(row):
            return
        await self.journal.settled(session, await settler.settle(session))


def _is_work(effect: Effect) -> bool:
    """Whether it takes a place. What people decide, stop or are asked never waits for one."""
    return isinstance(effect, CallModel | RunTool | Attach)


def _settled(row: SessionRow) -> bool:
    return row.settled_seq >= row.shown_seq


_PROCESS = uuid.uuid4().hex[:8]
_COUNT = itertools.count(1)


def _worker() -> WorkerId:
    """A name for one segment, unique across processes and restarts."""
    return WorkerId(f"{_PROCESS}-{next(_COUNT)}")
