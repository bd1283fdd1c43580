"""Somebody sets the system's clock while the service runs: what waits or measures goes on."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from core_engine import A, Desk, serving
from core_house import any_command, only, scripted, shell
from core_live import settle
from core_log import ANN

from runtime.engine import SWEEP
from runtime.events import ApprovalExpired, ApprovalRequired, Limits, Outcome, QuestionAsked
from runtime.ids import SessionId
from runtime.ports import Output
from runtime.testing.clock import START
from runtime.testing.model import Line

STEPS = pytest.mark.parametrize("step", [-86_400.0, -600.0, 600.0, 90_000.0])


@STEPS
async def test_the_sweep_comes_when_so_much_time_has_passed(step: float) -> None:
    desk = Desk()
    async with serving(desk):
        desk.clock.step(step)
        desk.open.add(A)
        await desk.pass_time(SWEEP)
        assert desk.driven == [(A, SWEEP)]


@STEPS
async def test_a_failing_drive_is_tried_again_as_soon(step: float) -> None:
    desk = Desk()

    async def fails(session: SessionId) -> None:
        raise RuntimeError("a bug")

    desk.does = fails
    async with serving(desk) as engine:
        await engine.wake(A)
        await settle()
        desk.clock.step(step)
        await desk.pass_time(4)
        assert desk.times == [0.0, 0.5, 1.5, 3.5]


async def test_a_timer_keeps_the_time_that_is_shown() -> None:
    """It is wall time: set forward, it is due at the next sweep; set back, not before its time."""
    desk = Desk(due=START + timedelta(hours=1))
    async with serving(desk):
        desk.clock.step(7_200)
        desk.open.add(A)
        await desk.pass_time(SWEEP)
        assert desk.driven == [(A, SWEEP)]


@STEPS
async def test_hours_that_never_passed_are_no_work(tmp_path: Path, step: float) -> None:
    house, go = scripted(tmp_path, shell(), shell("ls -a"), Line("done")), asyncio.Event()
    house.limits = Limits(seconds=60)
    house.sandbox.on(any_command, Output("out"), until=go)
    async with house.open():
        await house.say("work")
        await house.has("tool_call_start")
        house.clock.advance(10)
        house.clock.step(step)
        go.set()
        assert (await house.ended()).outcome is Outcome.DONE
        assert not [fact for fact in await house.facts() if isinstance(fact, QuestionAsked)]


async def test_hours_that_passed_are_work(tmp_path: Path) -> None:
    house, go = scripted(tmp_path, shell(), Line("done")), asyncio.Event()
    house.limits = Limits(seconds=60)
    house.sandbox.on(any_command, Output("out"), until=go)
    async with house.open():
        await house.say("work")
        await house.has("tool_call_start")
        house.clock.advance(90_000)
        go.set()
        assert only(await house.has("question_asked"), QuestionAsked).kind == "budget"


@STEPS
async def test_a_gate_is_neither_lost_nor_doubled(tmp_path: Path, step: float) -> None:
    """Its expiry is wall time. Set forward beyond it, it expires, once; else it can be decided."""
    house = scripted(tmp_path, shell("rm -rf build"), Line("done"))
    house.sandbox.on(any_command)
    async with house.open():
        await house.say("clean")
        gate = only(await house.has("parked"), ApprovalRequired)
        house.clock.step(step)
        late = house.clock.now() >= gate.expires_at
        if not late:
            assert await house.runtime.decide(gate.approval_id, approve=True, actor=ANN) is None
        finished = await house.until(lambda facts: facts[-1].type == "run_finished", pace=1.0)
        only(finished, ApprovalRequired)
        assert sum(isinstance(fact, ApprovalExpired) for fact in finished) == late
        assert sum(house.sandbox.effects.values()) == (not late)
