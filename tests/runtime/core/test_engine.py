"""LocalEngine: who is driven when, by a clock that only tests move."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from core_engine import A, B, Desk, serving
from core_live import settle

from runtime.engine import SWEEP
from runtime.ids import SessionId
from runtime.testing.clock import START


async def test_the_scan_at_the_start_finds_open_work() -> None:
    desk = Desk(open={A, B})
    async with serving(desk):
        assert desk.names == [A, B]


async def test_a_wake_inside_a_transaction_waits_for_its_commit() -> None:
    desk = Desk()
    async with serving(desk) as engine:
        await engine.wake(A, tx=object())
        engine.committed(B)  # of another session
        await settle()
        assert desk.names == []
        engine.committed(A)
        await settle()
        engine.committed(A)  # the promise is kept once
        await settle()
        assert desk.names == [A]


async def test_a_wake_during_a_drive_drives_again() -> None:
    desk, go = Desk(), asyncio.Event()

    async def work(session: SessionId) -> None:
        await go.wait()

    desk.does = work
    async with serving(desk) as engine:
        await engine.wake(A)
        await settle()
        await engine.wake(A)
        await settle()
        assert desk.names == [A]
        go.set()
        await settle()
        assert desk.names == [A, A]


async def test_the_sweep_finds_what_nobody_drives() -> None:
    desk = Desk()
    async with serving(desk):
        desk.open.add(A)
        await desk.pass_time(SWEEP - 0.5)
        assert desk.names == []
        await desk.pass_time(0.5)
        assert desk.names == [A]


async def test_a_timer_is_kept_to_the_second() -> None:
    desk = Desk(due=START + timedelta(seconds=2))
    async with serving(desk):
        await desk.pass_time(1.5)
        desk.open.add(A)
        assert desk.names == []
        await desk.pass_time(0.5)
        assert desk.driven == [(A, 2.0)]


async def test_a_timer_that_a_segment_sets_counts_at_once() -> None:
    desk = Desk()

    async def parks(session: SessionId) -> None:
        desk.due = START + timedelta(seconds=1)

    desk.does = parks
    async with serving(desk) as engine:
        await engine.wake(A)
        await settle()
        desk.open.add(A)
        await desk.pass_time(1)
        assert desk.driven == [(A, 0.0), (A, 1.0)]


async def test_a_timer_set_while_the_journal_is_read_counts_too() -> None:
    """The segment ends after the timers were read, and before the engine waits."""
    desk, reading, go = Desk(), asyncio.Event(), asyncio.Event()

    async def parks(session: SessionId) -> None:
        await go.wait()
        desk.due = START + timedelta(seconds=6)

    async def slow_next_due() -> datetime | None:
        due = desk.due
        if desk.clock.now() > START:
            go.set()
            await settle()
            reading.set()
        return due

    desk.does = parks
    desk.next_due = slow_next_due  # a slower journal
    async with serving(desk) as engine:
        await engine.wake(A)
        await settle()
        await desk.pass_time(SWEEP)
        await settle(90)
        assert reading.is_set()
        desk.open.add(A)
        await desk.pass_time(1)
        await settle(90)
        assert desk.times == [0.0, 6.0]


async def test_an_interrupt_cancels_and_drives_again() -> None:
    desk, cancelled = Desk(), list[SessionId]()

    async def hangs(session: SessionId) -> None:
        if len(desk.driven) == 1:
            try:
                await asyncio.Event().wait()
            finally:
                cancelled.append(session)

    desk.does = hangs
    async with serving(desk) as engine:
        await engine.wake(A)
        await settle()
        await engine.interrupt(A)
        await settle()
        assert (desk.names, cancelled) == ([A, A], [A])


@pytest.mark.parametrize("rounds", range(12))
async def test_an_interrupt_at_any_moment_never_loses_the_session(rounds: int) -> None:
    """Also between the task's making and its first step, when it can run no `finally`."""
    desk = Desk()

    async def works(session: SessionId) -> None:
        await settle(3)

    desk.does = works
    async with serving(desk) as engine:
        await engine.wake(A)
        for _ in range(rounds):
            await asyncio.sleep(0)
        await engine.interrupt(A)
        await settle()
        desk.driven.clear()
        await engine.wake(A)
        await settle()
        assert desk.names == [A]


async def test_a_failing_drive_is_tried_later_and_later_and_ends_no_other() -> None:
    desk = Desk()

    async def fails(session: SessionId) -> None:
        if session == A:
            raise RuntimeError("a bug")

    desk.does = fails
    async with serving(desk) as engine:
        await engine.wake(A)
        await settle()
        await desk.pass_time(8)
        assert desk.driven == [(A, 0.0), (A, 0.5), (A, 1.5), (A, 3.5), (A, 7.5)]
        await engine.wake(B)
        await settle()
        assert desk.names[-1] == B
        await desk.pass_time(200)
        gaps = [after - before for before, after in zip(desk.times, desk.times[1:], strict=False)]
        assert max(gaps) == 30.0


async def test_success_forgets_the_failures() -> None:
    desk = Desk()

    async def fails_twice(session: SessionId) -> None:
        if len(desk.driven) in (1, 2, 4):
            raise RuntimeError("a bug")

    desk.does = fails_twice
    async with serving(desk) as engine:
        await engine.wake(A)
        await settle()
        await desk.pass_time(2)
        await engine.wake(A)
        await settle()
        await desk.pass_time(0.5)
        assert desk.times == [0.0, 0.5, 1.5, 2.0, 2.5]


async def test_a_journal_that_cannot_be_read_is_looked_at_again() -> None:
    desk = Desk(broken=True, open={A})
    async with serving(desk) as engine:
        await engine.wake(B)
        await settle()
        assert desk.names == [B]
        desk.broken = False
        await desk.pass_time(SWEEP)
        assert desk.names == [B, A]


async def test_drain_waits_for_running_segments_and_starts_none() -> None:
    desk, go, ended = Desk(), asyncio.Event(), list[SessionId]()

    async def work(session: SessionId) -> None:
        await go.wait()
        ended.append(session)

    desk.does = work
    async with serving(desk) as engine:
        await engine.wake(A)
        await settle()
        draining = asyncio.create_task(engine.drain(60))
        await settle()
        assert engine.draining
        await engine.wake(B)
        go.set()
        await draining
        assert (desk.names, ended) == ([A], [A])


async def test_drain_cuts_what_does_not_end() -> None:
    desk = Desk()

    async def hangs(session: SessionId) -> None:
        await asyncio.Event().wait()

    desk.does = hangs
    async with serving(desk) as engine:
        await engine.wake(A)
        await settle()
        await engine.drain(0)
    assert desk.names == [A]
