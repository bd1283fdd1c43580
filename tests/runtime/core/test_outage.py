"""The database is away: one line when it begins, one when it is over, and ever longer waits."""

from __future__ import annotations

import asyncio

import pytest
from core_engine import A, B, Desk, serving
from core_live import settle
from structlog.testing import capture_logs

from runtime.engine import LocalEngine
from runtime.errors import EntryUnreadable, JournalUnavailable, LockLost
from runtime.ids import Address, SessionId
from runtime.outage import Outage
from runtime.testing.clock import ManualClock

FULL = JournalUnavailable("the disk is full")
HERE, ELSEWHERE = (Address(platform="memory", thread=thread) for thread in "12")


@pytest.mark.parametrize("error", [FULL, LockLost("the lock is lost")])
async def test_an_outage_is_two_lines_and_growing_waits(error: Exception) -> None:
    clock, outage, tried = ManualClock(), Outage(), list[float]()
    hits, ends = list[Address](), list[float]()
    outage.follow(hits.append, lambda: ends.append(clock.monotonic()))

    async def proof() -> None:
        tried.append(clock.monotonic())
        if len(tried) < 7:
            raise error

    with capture_logs() as logs:
        watching = asyncio.create_task(outage.watch(clock, proof))
        for _ in range(5):
            outage.reported(FULL, HERE)
        for _ in range(100):
            await settle()
            clock.advance(0.5)
        watching.cancel()
    assert tried == [0.5, 1.5, 3.5, 7.5, 15.5, 25.5, 35.5]
    assert [log["event"] for log in logs] == ["database.away", "database.back"]
    assert (hits, len(ends), outage.lasts) == ([HERE] * 5, 1, False)


@pytest.mark.parametrize("first", ["lock.lost", "database.away"])
async def test_a_lost_lock_and_its_database_are_one_line(first: str) -> None:
    outage = Outage()
    report = [lambda: outage.lost(LockLost("cut")), lambda: outage.reported(FULL, HERE)]
    with capture_logs() as logs:
        for tell in report if first == "lock.lost" else reversed(report):
            tell()
    assert [log["event"] for log in logs] == [first]
    assert outage.lasts


async def test_whoever_waits_for_a_task_is_told() -> None:
    outage, hits = Outage(), list[Address]()
    outage.follow(hits.append, lambda: None)
    outage.begun(HERE)
    outage.begun(ELSEWHERE)
    outage.done(ELSEWHERE)
    outage.reported(FULL)
    assert hits == [HERE]


async def test_an_entry_that_cannot_be_read_is_no_outage() -> None:
    outage = Outage()
    outage.reported(EntryUnreadable("of a newer version"), HERE)
    assert not outage.lasts


async def test_what_failed_for_want_of_the_database_goes_on_at_once() -> None:
    router = Desk()

    async def fails(session: SessionId) -> None:
        raise FULL

    router.does = fails
    with capture_logs() as logs:
        async with serving(router) as engine:
            assert isinstance(engine, LocalEngine)
            await engine.wake(A)
            await engine.wake(B)
            await router.pass_time(16)
            before = len(router.driven)
            router.does = None
            engine.look()
            await settle()
            assert sorted(router.names[before:]) == [A, B]
    assert [log["event"] for log in logs] == ["database.away"]
