"""Who goes first, and what is kept back."""

from __future__ import annotations

import asyncio

import pytest

from adapters.budget import Budget
from adapters.cards import Urgency
from adapters.faults import RateLimited
from adapters.pace.account import FLOOR, Account
from adapters.pace.pacer import Claim, Pacer
from adapters.testing.virtual import LoopClock, run_virtual
from runtime.errors import LockLost
from runtime.testing.clock import ManualClock

EDIT = Budget("edit", 50, 60.0)
ONE = Budget("one", 1, 10.0)


async def call(pacer: Pacer, claim: Claim, done: list[str], name: str) -> None:
    async with pacer.slot(lambda: [claim], asyncio.Event()):
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
                tasks.create_task(call(pacer, Claim((ONE,), urgency, since), done, name))
                await asyncio.sleep(0.001)
        return done

    assert run_virtual(play()) == ["first", "gate", "final", "old", "thought", "young"]


def test_retry_after_stops_the_budget_for_everybody() -> None:
    async def play() -> float:
        pacer = Pacer(LoopClock())
        claim = Claim((EDIT,), Urgency.ACT, 0.0)
        try:
            async with pacer.slot(lambda: [claim], asyncio.Event()):
                raise RateLimited(EDIT, 7.0)
        except RateLimited:
            await call(pacer, claim, [], "")
        return asyncio.get_running_loop().time()

    assert run_virtual(play()) >= 7.0


def test_a_call_needs_all_of_its_budgets() -> None:
    async def play() -> float:
        pacer = Pacer(LoopClock())
        for _ in range(2):
            await call(pacer, Claim((EDIT, ONE), Urgency.ACT, 0.0), [], "")
        return asyncio.get_running_loop().time()

    assert run_virtual(play()) >= ONE.window


def test_an_unused_slot_costs_nothing() -> None:
    async def play() -> float:
        pacer = Pacer(LoopClock())
        for _ in range(3):
            async with pacer.slot(lambda: [Claim((ONE,), Urgency.ACT, 0.0)], asyncio.Event()) as s:
                s.used = False
        return asyncio.get_running_loop().time()

    assert run_virtual(play()) < 0.1


def test_gaps_never_fall_below_the_floor_and_never_pass_the_window() -> None:
    account = Account(EDIT, 0.0)
    assert account.gap(0.0, 1.0, 1.0) == FLOOR
    assert account.gap(0.0, 20.0, 1.0) == 20.0 / 49
    for _ in range(50):
        account.took(0.0)
        account.ended(0.1)
    assert account.gap(0.0, 20.0, 1.0) > 10.0


def test_the_burst_is_halved_by_a_refusal_and_creeps_up() -> None:
    account = Account(EDIT, 0.0)
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
        async with pacer.slot(lambda: (Claim((), Urgency.ACT, 0.0),), asyncio.Event()):
            called.append("a call")
    assert not called
