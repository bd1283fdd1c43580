"""The writer: one task that owns every write transaction of the journal."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError, IntegrityError

from runtime.errors import JournalUnavailable
from runtime.facts import Entry
from runtime.ids import SessionId
from runtime.journal.batch import Batch
from runtime.journal.codec import Codec
from runtime.journal.database import Database
from runtime.journal.errors import explained
from runtime.journal.operations import Operation, Outcome
from runtime.journal.reads import JournalReader, wants
from runtime.journal.states import States
from runtime.journal.transaction import Transaction, decoded
from runtime.ports import Clock

log = structlog.get_logger(__name__)

_GROUP = 256  # operations in one transaction: bounds how long others wait for its locks

Wake = Callable[[SessionId, Transaction], Awaitable[None]]
"""Wakes the engine inside the transaction; takes effect if and only if it commits."""

Published = Callable[[SessionId, Sequence[Entry]], None]
"""Told what was committed, in order per session, before the one who appended it."""


@dataclass(frozen=True, slots=True)
class _Job:
    operation: Operation
    done: asyncio.Future[Outcome]


class Writer:
    """Collects what all sessions write into one transaction at a time (group commit).

    Conflicts are found by reading under locks before anything is written: the group then needs
    no savepoints, and an outcome can tell `Known` from `Behind`. Primary key and unique constraint
    stay as the last fence. A group that fails is taken apart and tried one by one, so that only
    the operation that is at fault fails.
    """

    def __init__(
        self,
        database: Database,
        codec: Codec,
        clock: Clock,
        *,
        wake: Wake,
        published: Published,
        settled_in_append: frozenset[str],
    ) -> None:
        self._database, self._codec, self._clock = database, codec, clock
        self._wake, self._published = wake, published
        self._settled_in_append = settled_in_append
        self.states = States()
        self._queue: asyncio.Queue[_Job | None] = asyncio.Queue()
        self._closed = False

    async def do(self, operation: Operation) -> Outcome:
        """Write, and wait until it is committed. If the caller is cancelled, it is written all the
        same. Raises JournalUnavailable, or what is wrong with this operation."""
        if self._closed:
            raise self._unavailable()
        job = _Job(operation, asyncio.get_running_loop().create_future())
        self._queue.put_nowait(job)
        return await job.done

    def _unavailable(self) -> JournalUnavailable:
        return JournalUnavailable(f"the journal in {self._database.place} is closed: start again")

    def close(self) -> None:
        """No new operations; `run` returns when those that wait are written."""
        self._closed = True
        self._queue.put_nowait(None)

    async def run(self) -> None:
        """Serve until closed."""
        jobs: list[_Job] = []
        try:
            while jobs := await self._collect():
                await self._serve(jobs)
        finally:
            self._closed = True
            # Empty after `close`; if this task is cancelled, nobody may wait for it for ever.
            while not self._queue.empty():
                jobs += filter(None, (self._queue.get_nowait(),))
            for job in jobs:
                _answer(job, self._unavailable())

    async def _collect(self) -> list[_Job]:
        """What waits, at least one; empty when closed and everything is served."""
        jobs: list[_Job] = []
        while not jobs or (len(jobs) < _GROUP and not self._queue.empty()):
            job = await self._queue.get()
            if job is None:
                if jobs:
                    self._queue.put_nowait(None)
                return jobs
            jobs.append(job)
        return jobs

    async def _serve(self, jobs: Sequence[_Job]) -> None:
        """Answer all jobs; never raises for what one of them did."""
        try:
            try:
                await self._group(jobs)
            except IntegrityError:
                await self._group(jobs, certain=True)
        except DBAPIError as error:
            reason = explained(error, self._database.place)
            if isinstance(reason, JournalUnavailable):
                for job in jobs:
                    _answer(job, reason)
            else:
                await self._fail(jobs, reason)
        except Exception as error:  # noqa: BLE001 -- whatever it is belongs to one of the callers
            await self._fail(jobs, error)

    async def _fail(self, jobs: Sequence[_Job], error: Exception) -> None:
        """Nothing is committed and one job is at fault: the others get their own transactions."""
        if len(jobs) == 1:
            _answer(jobs[0], error)
        else:
            for job in jobs:
                await self._serve([job])

    async def _group(self, jobs: Sequence[_Job], *, certain: bool = False) -> None:
        """One transaction. Raises if it did not commit; then nothing of it is stored."""
        transaction = Transaction(self._database)
        operations = [job.operation for job in jobs]
        try:
            wanted = wants(operations, self.states, self._clock.now(), certain=certain)
            sight = await decoded(await transaction.look(wanted), self._codec)
            plan, outcomes = self._planned(sight, wanted.now, operations)
            # What guards say may stand there already; then those after them judge anew.
            while found := await transaction.keys(plan.said):
                sight.keys.update(found)
                plan, outcomes = self._planned(sight, wanted.now, operations)
            if plan.empty:
                await self._database.reset()
            else:
                await self._write(transaction, plan)
        except BaseException:
            await self._database.reset()
            raise
        self._announce(plan)
        for job, outcome in zip(jobs, outcomes, strict=True):
            _answer(job, outcome)

    def _planned(
        self, sight: JournalReader, now: datetime, operations: Sequence[Operation]
    ) -> tuple[Batch, list[Outcome | Exception]]:
        plan = Batch(sight, self.states, now, self._settled_in_append)
        return plan, [_decided(plan, operation) for operation in operations]

    async def _write(self, transaction: Transaction, plan: Batch) -> None:
        items = [await self._codec.placed(item) for _, item in plan.written]
        await transaction.write(plan, items, commit=not plan.woken)
        if plan.woken:
            for session in sorted(plan.woken):
                await self._wake(session, transaction)
            await transaction.commit()

    def _announce(self, plan: Batch) -> None:
        for session, entries in plan.new.items():
            self.states.committed(session, entries)
            try:
                self._published(session, entries)
            except Exception:
                # Committed is committed: a feed that fails must not tell the caller otherwise.
                log.exception("journal.feed_failed", session=session)


def _decided(plan: Batch, operation: Operation) -> Outcome | Exception:
    try:
        return plan.decide(operation)
    except Exception as error:  # noqa: BLE001 -- a guard's error goes to the one who sent it
        return error


def _answer(job: _Job, outcome: Outcome | Exception) -> None:
    if job.done.done():
        return  # the caller was cancelled
    if isinstance(outcome, Exception):
        job.done.set_exception(outcome)
    else:
        job.done.set_result(outcome)
