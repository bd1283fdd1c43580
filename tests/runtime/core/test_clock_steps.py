"""Somebody sets the system's clock while the service runs: what waits or measures goes on."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from core_engine import A, Desk, serving
from core_host import any_command, only, scripted, shell
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
    router = Desk()
    async with serving(router):
        router.clock.step(step)
        router.open.add(A)
        await router.pass_time(SWEEP)
        assert router.driven == [(A, SWEEP)]


@STEPS
async def test_a_failing_drive_is_tried_again_as_soon(step: float) -> None:
    router = Desk()

    async def fails(session: SessionId) -> None:
        raise RuntimeError("a bug")

    router.does = fails
    async with serving(router) as engine:
        await engine.wake(A)
        await settle()
        router.clock.step(step)
        await router.pass_time(4)
        assert router.times == [0.0, 0.5, 1.5, 3.5]


async def test_a_timer_keeps_the_time_that_is_shown() -> None:
    """It is wall time: set forward, it is due at the next sweep; set back, not before its time."""
    router = Desk(due=START + timedelta(hours=1))
    async with serving(router):
        router.clock.step(7_200)
        router.open.add(A)
        await router.pass_time(SWEEP)
        assert router.driven == [(A, SWEEP)]


@STEPS
async def test_hours_that_never_passed_are_no_work(tmp_path: Path, step: float) -> None:
    service, go = scripted(tmp_path, shell(), shell("ls -a"), Line("done")), asyncio.Event()
    service.limits = Limits(seconds=60)
    service.sandbox.on(any_command, Output("out"), until=go)
    async with service.open():
        await service.say("work")
        await service.has("tool_call_start")
        service.clock.advance(10)
        service.clock.step(step)
        go.set()
        assert (await service.ended()).outcome is Outcome.DONE
        assert not [fact for fact in await service.facts() if isinstance(fact, QuestionAsked)]


async def test_hours_that_passed_are_work(tmp_path: Path) -> None:
    service, go = scripted(tmp_path, shell(), Line("done")), asyncio.Event()
    service.limits = Limits(seconds=60)
    service.sandbox.on(any_command, Output("out"), until=go)
    async with service.open():
        await service.say("work")
        await service.has("tool_call_start")
        service.clock.advance(90_000)
        go.set()
        assert only(await service.has("question_asked"), QuestionAsked).kind == "budget"


@STEPS
async def test_a_gate_is_neither_lost_nor_doubled(tmp_path: Path, step: float) -> None:
    """Its expiry is wall time. Set forward beyond it, it expires, once; else it can be decided."""
    service = scripted(tmp_path, shell("rm -rf build"), Line("done"))
    service.sandbox.on(any_command)
    async with service.open():
        await service.say("clean")
        gate = only(await service.has("parked"), ApprovalRequired)
        service.clock.step(step)
        late = service.clock.now() >= gate.expires_at
        if not late:
            assert await service.runtime.decide(gate.approval_id, approve=True, actor=ANN) is None
        finished = await service.until(lambda facts: facts[-1].type == "run_finished", pace=1.0)
        only(finished, ApprovalRequired)
        assert sum(isinstance(fact, ApprovalExpired) for fact in finished) == late
        assert sum(service.sandbox.effects.values()) == (not late)
