"""Who goes first, and what is kept back."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from adapters_many import pace

from adapters.pace.account import FLOOR, LimiterState
from adapters.pace.pacer import CallRequest, Pacer
from adapters.ports.cards import Urgency
from adapters.ports.errors import RateLimited
from adapters.ports.rate_limit import RateLimit
from adapters.testing.virtual import LoopClock, run_virtual
from runtime.errors import LockLost
from runtime.testing.clock import ManualClock

EDIT = RateLimit("edit", 50, 60.0)
ONE = RateLimit("one", 1, 10.0)


async def call(pacer: Pacer, request: CallRequest, done: list[str], name: str) -> None:
    async with pacer.permit(lambda: [request], asyncio.Event()):
        done.append(name)


def test_what_people_must_do_comes_first_then_the_oldest() -> None:
    async def play() -> list[str]:
        pacer, done = Pacer(LoopClock()), list[str]()
        async with asyncio.TaskGroup() as tasks:
            for name, urgency, since in (
                ("first", Urgency.ACT, 0.0), ("young", Urgency.ANSWER, 5.0),
                ("old", Urgency.ANSWER, 1.0), ("thought", Urgency.WORK, 0.5),
                ("gate", Urgency.ACT, 9.0), ("final", Urgency.FINAL, 9.0),
            ):  # fmt: skip
                tasks.create_task(call(pacer, CallRequest((ONE,), urgency, since), done, name))
                await asyncio.sleep(0.001)
        return done

    assert run_virtual(play()) == ["first", "gate", "final", "old", "thought", "young"]


def test_retry_after_stops_the_budget_for_everybody() -> None:
    async def play() -> float:
        pacer = Pacer(LoopClock())
        request = CallRequest((EDIT,), Urgency.ACT, 0.0)
        try:
            async with pacer.permit(lambda: [request], asyncio.Event()):
                raise RateLimited(EDIT, 7.0)
        except RateLimited:
            await call(pacer, request, [], "")
        return asyncio.get_running_loop().time()

    assert run_virtual(play()) >= 7.0


def test_a_call_needs_all_of_its_budgets() -> None:
    async def play() -> float:
        pacer = Pacer(LoopClock())
        for _ in range(2):
            await call(pacer, CallRequest((EDIT, ONE), Urgency.ACT, 0.0), [], "")
        return asyncio.get_running_loop().time()

    assert run_virtual(play()) >= ONE.window


def test_an_unused_slot_costs_nothing() -> None:
    async def play() -> float:
        pacer = Pacer(LoopClock())
        for _ in range(3):
            async with pacer.permit(
                lambda: [CallRequest((ONE,), Urgency.ACT, 0.0)], asyncio.Event()
            ) as s:
                s.used = False
        return asyncio.get_running_loop().time()

    assert run_virtual(play()) < 0.1


def test_gaps_never_fall_below_the_floor_and_never_pass_the_window() -> None:
    account = LimiterState(EDIT, 0.0)
    assert account.gap(0.0, 1.0, 1.0) == FLOOR
    assert account.gap(0.0, 20.0, 1.0) == 20.0 / 49
    for _ in range(50):
        account.took(0.0)
        account.ended(0.1)
    assert account.gap(0.0, 20.0, 1.0) > 10.0


def test_the_burst_is_halved_by_a_refusal_and_creeps_up() -> None:
    account = LimiterState(EDIT, 0.0)
    account.refused(0.0, 2.0)
    account.refused(0.5, 2.0)  # was on its way together with the first
    assert (account.burst, account.scale, account.free_at(0.5, 0.0)) == (25.0, 1.0, 2.5)
    account.took(10.0)
    account.ended(10.1)
    assert account.burst > 25.0


async def test_no_call_is_made_without_a_proof() -> None:
    class Lost:
        async def prove(self) -> None:
            raise LockLost("the lock is lost")

    pacer, called = Pacer(ManualClock()), list[str]()
    pacer.guarded(Lost())
    with pytest.raises(LockLost):
        async with pacer.permit(lambda: (CallRequest((), Urgency.ACT, 0.0),), asyncio.Event()):
            called.append("a call")
    assert not called


@pytest.mark.parametrize(("workspaces", "threads"), [(40, 1), (1, 6), (4, 8)])
def test_only_who_gets_leave_is_asked_again(workspaces: int, threads: int) -> None:
    """Each is asked when it comes, and by nobody else's calls."""
    found = pace(workspaces, threads, 20.0)
    assert found.calls >= 20 * workspaces
    assert found.asked == found.calls + workspaces * threads
    assert len(found.streams) == workspaces * threads


def test_the_next_best_goes_on_when_the_best_leaves_without_its_call() -> None:
    async def play() -> tuple[list[str], float]:
        pacer, done = Pacer(LoopClock()), list[str]()
        await call(pacer, CallRequest((ONE,), Urgency.ACT, 0.0), done, "first")
        best, *others = [
            asyncio.ensure_future(
                call(pacer, CallRequest((ONE,), Urgency.ANSWER, since), done, name)
            )
            for name, since in (("old", 1.0), ("young", 2.0), ("youngest", 3.0))
        ]
        await asyncio.sleep(1.0)
        best.cancel()
        await asyncio.gather(best, *others, return_exceptions=True)
        return done, asyncio.get_running_loop().time()

    done, ended = run_virtual(play())
    assert done == ["first", "young", "youngest"]
    assert ended < 2 * ONE.window + 1.0


async def test_leave_that_is_not_used_because_its_thread_ends_goes_to_the_next() -> None:
    pacer, done = Pacer(ManualClock()), list[str]()
    async with asyncio.TaskGroup() as tasks:
        async with pacer.permit(
            lambda: [CallRequest((ONE,), Urgency.ACT, 0.0)], asyncio.Event()
        ) as permit:
            first, _ = [
                tasks.create_task(call(pacer, CallRequest((ONE,), Urgency.ACT, since), done, name))
                for name, since in (("first", 1.0), ("second", 2.0))
            ]
            await asyncio.sleep(0)
            permit.used = False
        first.cancel()  # it has leave by now, but did not run since
    assert done == ["second"]


def test_nobody_waits_behind_a_claim_of_somebody_who_makes_another_call() -> None:
    async def play() -> float:
        pacer, other = Pacer(LoopClock()), RateLimit("other", 1, 5.0)
        await call(pacer, CallRequest((ONE, other), Urgency.ACT, 0.0), [], "")
        both = [CallRequest((ONE,), Urgency.ACT, 0.0), CallRequest((other,), Urgency.ACT, 0.0)]
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_long(pacer, both))
            await asyncio.sleep(0.1)
            await call(pacer, CallRequest((ONE,), Urgency.ACT, 1.0), [], "")
            return asyncio.get_running_loop().time()

    assert run_virtual(play()) < ONE.window + 0.5


async def _long(pacer: Pacer, requests: list[CallRequest]) -> None:
    async with pacer.permit(lambda: requests, asyncio.Event()):
        await asyncio.sleep(100.0)


def test_claims_of_several_budgets_wait_for_the_last_and_block_nobody_else() -> None:
    async def play() -> list[str]:
        pacer, done = Pacer(LoopClock()), list[str]()
        await call(pacer, CallRequest((ONE,), Urgency.ACT, 0.0), done, "first")
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(call(pacer, CallRequest((ONE, EDIT), Urgency.ACT, 0.0), done, "both"))
            await asyncio.sleep(0.1)
            tasks.create_task(call(pacer, CallRequest((EDIT,), Urgency.ANSWER, 0.0), done, "edit"))
        return done

    assert run_virtual(play()) == ["first", "edit", "both"]


def test_accounts_of_finished_threads_are_forgotten_but_not_what_they_learned() -> None:
    async def play() -> tuple[int, bool, int]:
        pacer, done = Pacer(LoopClock()), list[str]()
        learned = RateLimit("send/learned", 5, 5.0)
        with contextlib.suppress(RateLimited):
            async with pacer.permit(
                lambda: [CallRequest((learned,), Urgency.ACT, 0.0)], asyncio.Event()
            ):
                raise RateLimited(learned, 30.0)
        most = 0
        for number in range(4_000):
            rate_limits = (RateLimit(f"send/{number}", 5, 5.0), RateLimit(f"edit/{number}", 5, 5.0))
            await call(pacer, CallRequest(rate_limits, Urgency.ANSWER, 0.0, f"s{number}"), done, "")
            pacer.ended(f"s{number}")
            most = max(most, pacer.accounts)
            await asyncio.sleep(0.2)
        kept = await _free_after_burst(pacer, learned)
        await asyncio.sleep(4_000.0)
        for number in range(500):
            await call(
                pacer, CallRequest((RateLimit(f"x{number}", 5, 5.0),), Urgency.ACT, 0.0), done, ""
            )
        return most, kept, pacer.accounts

    most, kept, last = run_virtual(play())
    assert most <= 400
    assert kept
    assert last <= 800


async def _free_after_burst(pacer: Pacer, rate_limit: RateLimit) -> bool:
    """Whether the fourth call at once has to wait."""
    began = pacer.now()
    for _ in range(5):
        await call(pacer, CallRequest((rate_limit,), Urgency.ACT, 0.0), [], "")
    return pacer.now() - began > 0.5
