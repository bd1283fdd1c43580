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
    router = Desk(open={A, B})
    async with serving(router):
        assert router.names == [A, B]


async def test_a_wake_inside_a_transaction_waits_for_its_commit() -> None:
    router = Desk()
    async with serving(router) as engine:
        await engine.wake(A, tx=object())
        engine.committed(B)  # of another session
        await settle()
        assert router.names == []
        engine.committed(A)
        await settle()
        engine.committed(A)  # the promise is kept once
        await settle()
        assert router.names == [A]


async def test_a_wake_during_a_drive_drives_again() -> None:
    router, go = Desk(), asyncio.Event()

    async def work(session: SessionId) -> None:
        await go.wait()

    router.does = work
    async with serving(router) as engine:
        await engine.wake(A)
        await settle()
        await engine.wake(A)
        await settle()
        assert router.names == [A]
        go.set()
        await settle()
        assert router.names == [A, A]


async def test_the_sweep_finds_what_nobody_drives() -> None:
    router = Desk()
    async with serving(router):
        router.open.add(A)
        await router.pass_time(SWEEP - 0.5)
        assert router.names == []
        await router.pass_time(0.5)
        assert router.names == [A]


async def test_a_timer_is_kept_to_the_second() -> None:
    router = Desk(due=START + timedelta(seconds=2))
    async with serving(router):
        await router.pass_time(1.5)
        router.open.add(A)
        assert router.names == []
        await router.pass_time(0.5)
        assert router.driven == [(A, 2.0)]


async def test_a_timer_that_a_segment_sets_counts_at_once() -> None:
    router = Desk()

    async def parks(session: SessionId) -> None:
        router.due = START + timedelta(seconds=1)

    router.does = parks
    async with serving(router) as engine:
        await engine.wake(A)
        await settle()
        router.open.add(A)
        await router.pass_time(1)
        assert router.driven == [(A, 0.0), (A, 1.0)]


async def test_a_timer_set_while_the_journal_is_read_counts_too() -> None:
    """The segment ends after the timers were read, and before the engine waits."""
    router, reading, go = Desk(), asyncio.Event(), asyncio.Event()

    async def parks(session: SessionId) -> None:
        await go.wait()
        router.due = START + timedelta(seconds=6)

    async def slow_next_due() -> datetime | None:
        due = router.due
        if router.clock.now() > START:
            go.set()
            await settle()
            reading.set()
        return due

    router.does = parks
    router.next_due = slow_next_due  # a slower journal
    async with serving(router) as engine:
        await engine.wake(A)
        await settle()
        await router.pass_time(SWEEP)
        await settle(90)
        assert reading.is_set()
        router.open.add(A)
        await router.pass_time(1)
        await settle(90)
        assert router.times == [0.0, 6.0]


async def test_an_interrupt_cancels_and_drives_again() -> None:
    router, cancelled = Desk(), list[SessionId]()

    async def hangs(session: SessionId) -> None:
        if len(router.driven) == 1:
            try:
                await asyncio.Event().wait()
            finally:
                cancelled.append(session)

    router.does = hangs
    async with serving(router) as engine:
        await engine.wake(A)
        await settle()
        await engine.interrupt(A)
        await settle()
        assert (router.names, cancelled) == ([A, A], [A])


@pytest.mark.parametrize("rounds", range(12))
async def test_an_interrupt_at_any_moment_never_loses_the_session(rounds: int) -> None:
    """Also between the task's making and its first step, when it can run no `finally`."""
    router = Desk()

    async def works(session: SessionId) -> None:
        await settle(3)

    router.does = works
    async with serving(router) as engine:
        await engine.wake(A)
        for _ in range(rounds):
            await asyncio.sleep(0)
        await engine.interrupt(A)
        await settle()
        router.driven.clear()
        await engine.wake(A)
        await settle()
        assert router.names == [A]


async def test_a_failing_drive_is_tried_later_and_later_and_ends_no_other() -> None:
    router = Desk()

    async def fails(session: SessionId) -> None:
        if session == A:
            raise RuntimeError("a bug")

    router.does = fails
    async with serving(router) as engine:
        await engine.wake(A)
        await settle()
        await router.pass_time(8)
        assert router.driven == [(A, 0.0), (A, 0.5), (A, 1.5), (A, 3.5), (A, 7.5)]
        await engine.wake(B)
        await settle()
        assert router.names[-1] == B
        await router.pass_time(200)
        gaps = [
            after - before for before, after in zip(router.times, router.times[1:], strict=False)
        ]
        assert max(gaps) == 30.0


async def test_success_forgets_the_failures() -> None:
    router = Desk()

    async def fails_twice(session: SessionId) -> None:
        if len(router.driven) in (1, 2, 4):
            raise RuntimeError("a bug")

    router.does = fails_twice
    async with serving(router) as engine:
        await engine.wake(A)
        await settle()
        await router.pass_time(2)
        await engine.wake(A)
        await settle()
        await router.pass_time(0.5)
        assert router.times == [0.0, 0.5, 1.5, 2.0, 2.5]


async def test_a_journal_that_cannot_be_read_is_looked_at_again() -> None:
    router = Desk(broken=True, open={A})
    async with serving(router) as engine:
        await engine.wake(B)
        await settle()
        assert router.names == [B]
        router.broken = False
        await router.pass_time(SWEEP)
        assert router.names == [B, A]


async def test_drain_waits_for_running_segments_and_starts_none() -> None:
    router, go, ended = Desk(), asyncio.Event(), list[SessionId]()

    async def work(session: SessionId) -> None:
        await go.wait()
        ended.append(session)

    router.does = work
    async with serving(router) as engine:
        await engine.wake(A)
        await settle()
        draining = asyncio.create_task(engine.drain(60))
        await settle()
        assert engine.draining
        await engine.wake(B)
        go.set()
        await draining
        assert (router.names, ended) == ([A], [A])


async def test_drain_cuts_what_does_not_end() -> None:
    router = Desk()

    async def hangs(session: SessionId) -> None:
        await asyncio.Event().wait()

    router.does = hangs
    async with serving(router) as engine:
        await engine.wake(A)
        await settle()
        await engine.drain(0)
    assert router.names == [A]
