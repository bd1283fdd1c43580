"""The local engine: one asyncio task per session that has work, in the one process that serves."""

from __future__ import annotations

import asyncio
import traceback
from dataclasses import dataclass, field

import structlog

from runtime.clock import happens
from runtime.errors import Fenced, JournalUnavailable, LockLost
from runtime.ids import SessionId
from runtime.outage import Outage
from runtime.ports import Clock, Drive, Work

log = structlog.get_logger(__name__)

SWEEP = 5.0  # seconds between two looks at the journal for work that nobody drives
FENCED = 5.0
"""Seconds that a session is left to the one who claimed it, longer each time: two who claim it
from each other bring it nowhere."""
_FIRST_RETRY, _LONGEST_RETRY = 0.5, 30.0  # seconds


@dataclass(slots=True)
class _Failing:
    """A session whose last segments raised."""

    times: int
    not_before: float
    away: bool = False
    """It failed because the database is away."""


@dataclass(slots=True)
class _Book:
    """Hints about sessions; the truth is the journal."""

    promised: set[SessionId] = field(default_factory=set[SessionId])
    wanted: set[SessionId] = field(default_factory=set[SessionId])
    driven: dict[SessionId, asyncio.Task[None]] = field(
        default_factory=dict[SessionId, asyncio.Task[None]]
    )
    failing: dict[SessionId, _Failing] = field(default_factory=dict[SessionId, _Failing])
    ends: int = 0


class LocalEngine:
    """Implements ports.Engine for one process per database."""

    def __init__(self, clock: Clock, outage: Outage | None = None) -> None:
        """`outage` is told where the database refuses."""
        self._clock, self._outage = clock, outage or Outage()
        self._book = _Book()
        self._stir = asyncio.Event()
        self._draining = self._halted = False

    @property
    def draining(self) -> bool:
        return self._draining

    async def wake(self, session: SessionId, tx: object | None = None) -> None:
        """Inside a transaction it is only promised; `committed` keeps the promise, so that the
        fold begins after the commit. A promise whose transaction failed costs a spurious drive."""
        if tx is not None:
            self._book.promised.add(session)
        else:
            self._want(session)

    def committed(self, session: SessionId) -> None:
        """Called after every commit that touched the session."""
        if session in self._book.promised:
            self._book.promised.discard(session)
            self._want(session)

    def halt(self) -> None:
        """End every segment at once, and begin none before `resume`."""
        self._halted = True
        for session, task in self._book.driven.items():
            self._want(session)
            task.cancel()

    def resume(self) -> None:
        """Others may have worked meanwhile."""
        self._halted = False
        self.look()

    def look(self) -> None:
        """Read the journal at once, and drive what failed for want of it."""
        for failing in self._book.failing.values():
            if failing.away:
                failing.not_before = self._clock.monotonic()
        self._book.ends += 1
        self._stir.set()

    async def interrupt(self, session: SessionId) -> None:
        """Cancel the running segment; the session is driven again at once and reads why."""
        task = self._book.driven.get(session)
        if task is not None:
            self._want(session)
            task.cancel()

    def notify(self, session: SessionId, at_once: bool) -> None:
        """Have the session driven: at once, or when what is done for it now has ended."""
        self._want(session)
        task = self._book.driven.get(session)
        if at_once and task is not None:
            task.cancel()

    async def serve(self, drive: Drive, work: Work) -> None:
        """Scan, then start a task for every session that is woken, due, or found by the sweep.
        Returns when drained and every segment has ended; cancelling it cancels the segments."""
        async with asyncio.TaskGroup() as tasks:
            while not self._draining:
                ends, now = self._book.ends, self._clock.monotonic()
                due = await self._look(work)
                await self._until(tasks, drive, self._next_look(due, now), ends)

    async def _look(self, work: Work) -> float | None:
        """Find what nobody drives; seconds until the earliest timer. A journal that cannot be read
        now is looked at again in the next sweep."""
        now = self._clock.now()
        try:
            found = await work.open_work(now)
            self._book.wanted |= set(found) - set(self._book.driven)
            due = await work.next_due()
            return None if due is None else (due - now).total_seconds()
        except JournalUnavailable as error:
            self._outage.reported(error)
            return None

    def _next_look(self, due: float | None, now: float) -> float:
        """When the journal, last read at `now`, must be read again: the sweep, a timer that is due
        in so many seconds, or a retry. A timer is wall time: where somebody sets the clock, the
        next sweep finds what is due by the new one."""
        alarms = [failing.not_before for failing in self._book.failing.values()]
        alarms += [] if due is None else [now + due]
        alarms = [alarm for alarm in alarms if alarm > now]
        return min([now + SWEEP, *alarms])

    async def _until(self, tasks: asyncio.TaskGroup, drive: Drive, look: float, ends: int) -> None:
        """Start what is wanted until it is time to read the journal again. The end of a segment
        since the last look is such a time too: it may have set a new timer."""
        while not self._draining:
            self._start(tasks, drive)
            now = self._clock.monotonic()
            if now >= look or self._book.ends != ends:
                return
            await self._pause(look - now)

    def _start(self, tasks: asyncio.TaskGroup, drive: Drive) -> None:
        book, now = self._book, self._clock.monotonic()
        if self._halted:
            return
        for session in sorted(book.wanted - set(book.driven)):
            failing = book.failing.get(session)
            if failing is None or failing.not_before <= now:
                book.wanted.discard(session)
                task = tasks.create_task(self._drive(session, drive))
                book.driven[session] = task
                # Not in a `finally`: a task that is cancelled before its first step has none.
                task.add_done_callback(lambda _, session=session: self._ended(session))

    async def _drive(self, session: SessionId, drive: Drive) -> None:
        structlog.contextvars.bind_contextvars(session=session)
        try:
            await drive(session)
            self._book.failing.pop(session, None)
        except Fenced as fenced:
            log.info("segment.fenced", why=str(fenced))
            self._delay(session, FENCED)
        except LockLost:
            self._delay(session)  # whoever watches the lock says so
        except JournalUnavailable as error:
            self._outage.reported(error)
            self._delay(session, away=True)
        except Exception:  # noqa: BLE001 - the edge of a session; the others go on
            # Without the local variables that structlog's default shows: they hold people's words.
            log.error("segment.failed", exception=traceback.format_exc())
            self._delay(session)

    def _ended(self, session: SessionId) -> None:
        del self._book.driven[session]
        self._book.ends += 1
        self._stir.set()

    def _delay(
        self, session: SessionId, first: float = _FIRST_RETRY, *, away: bool = False
    ) -> None:
        """Try again, later each time; the journal's own count of barren claims ends it for good."""
        before = self._book.failing.get(session)
        times = before.times + 1 if before else 1
        wait = min(first * 2 ** (times - 1), _LONGEST_RETRY)
        self._book.failing[session] = _Failing(times, self._clock.monotonic() + wait, away)
        self._book.wanted.add(session)

    def _want(self, session: SessionId) -> None:
        self._book.wanted.add(session)
        self._stir.set()

    async def _pause(self, seconds: float) -> None:
        """Until something stirs, or so many seconds by the injected clock."""
        await happens(self._stir, self._clock, seconds)
        self._stir.clear()

    async def drain(self, grace: float) -> None:
        """No new segments; running ones get `grace` seconds to reach a step boundary, then end."""
        self._draining = True
        self._stir.set()
        if self._book.driven:
            _, late = await asyncio.wait(self._book.driven.values(), timeout=grace)
            for task in late:
                task.cancel()
