"""A turn with more calls than one answer may hold: the first are made, the model is told of the
rest, people are called once, and nothing takes longer than what it is worth."""

from __future__ import annotations

import time
from functools import partial

import pytest
from agent_stage import ANN, Stage, call, in_order, is_shell
from core_log import Log, planned, turned
from model_answers import Answer, ToolCall

from runtime.approvals import Risk
from runtime.decide.calls import Record
from runtime.events import (
    ApprovalReceived,
    ApprovalRequired,
    Envelope,
    Limits,
    Notice,
    ToolCallStart,
)
from runtime.facts import ModelTurn
from runtime.folds.context import context
from runtime.models.exchange import MOST_CALLS
from runtime.ports import Exited
from runtime.ports.model import Returned


def writes(count: int) -> tuple[ToolCall, ...]:
    return tuple(call("write_file", n, path=f"{n}.txt", content="x") for n in range(count))


@pytest.mark.parametrize("count", [32, 33, 200])
async def test_the_first_calls_are_made_and_the_model_reads_why_the_rest_are_not(
    stage: partial[Stage], shape: str, count: int
) -> None:
    answers = in_order(Answer("", calls=writes(count)), Answer("Done."))
    async with stage(answers, shape=shape) as playing:
        told = await playing.task()
        assert told.answer == "Done."
        assert len(told.of(ToolCallStart)) == min(count, 32)
        notices = [notice.text for notice in told.of(Notice)]
        results = [m for m in context(await playing.entries()) if isinstance(m, Returned)]
    read = min(count, MOST_CALLS)
    assert len(results) == read
    beyond = [result.content for result in results if "too many calls" in result.content]
    assert len(beyond) == max(0, read - 32)
    assert all("at most 32 tool calls" in text for text in beyond)
    many = "The model asked for too many tool calls at once: only the first 32 are made."
    assert notices == ([many] if count > 32 else [])


async def test_the_limit_is_a_setting(stage: partial[Stage]) -> None:
    answers = in_order(Answer("", calls=writes(4)), Answer("Done."))
    async with stage(answers, limits=Limits(calls=3)) as playing:
        told = await playing.task()
        assert len(told.of(ToolCallStart)) == 3


async def test_3000_calls_cost_little(stage: partial[Stage]) -> None:
    answers = in_order(Answer("", calls=writes(3_000)), Answer("Done."))
    async with stage(answers) as playing:
        began = time.process_time()
        told = await playing.task()
        seconds = time.process_time() - began
        assert told.answer == "Done."
        assert len(told.of(ToolCallStart)) == 32
        assert len(await playing.facts(ModelTurn)) == 2
    assert seconds < 10.0  # it was 58; the stub of the model is in it too


async def test_a_turn_calls_people_once(stage: partial[Stage]) -> None:
    """However many of its calls ask, and however often."""
    calls = tuple(call("shell", n, command=f"rm -rf {n}") for n in range(12))
    answers = in_order(Answer("", calls=calls), Answer("Done."))
    async with stage(answers) as playing:
        playing.fake.on(is_shell, Exited(0, "exit", 0.1))
        open_at_once: list[int] = []

        async def approve(envelope: Envelope) -> None:
            if isinstance(envelope.event, ApprovalRequired):
                view = (await playing.manager.sessions.view(playing.box)).view
                assert view.run is not None
                open_at_once.append(sum(gate.decided is None for gate in view.run.gates))
                gate = envelope.event.approval_id
                assert await playing.runtime.decide(gate, approve=True, actor=ANN) is None

        told = await playing.task(react=approve)
        gates = told.of(ApprovalRequired)
    assert len(gates) == 12
    assert [gate.notify for gate in gates] == [True] + [False] * 11
    assert max(open_at_once) <= 5
    starts = [start.summary for start in told.of(ToolCallStart)]
    assert starts == [f"rm -rf {n}" for n in range(12)]


def test_the_next_turn_calls_people_again() -> None:
    log = Log().started()
    for turn in (1, 2):
        calls = [planned(n, turn=turn, risk=Risk.HIGH) for n in (1, 2)]
        log.add(turned(*calls, turn=turn, seen=log.state.head))
        effect = log.decide()
        assert isinstance(effect, Record)
        gates = [fact for fact in effect.facts if isinstance(fact, ApprovalRequired)]
        assert [gate.notify for gate in gates] == [True, False]
        log.add(*effect.facts)
        for gate in gates:
            log.add(ApprovalReceived(approval_id=gate.approval_id, approved=False, actors=(ANN,)))
            effect = log.decide()
        for _ in gates:
            effect = log.decide()
            assert isinstance(effect, Record)
            log.add(*effect.facts)


def test_a_handful_of_gates_is_open_at_once() -> None:
    log = Log().started()
    calls = [planned(n, risk=Risk.HIGH) for n in range(1, 8)]
    log.add(turned(*calls, seen=log.state.head))
    effect = log.decide()
    assert isinstance(effect, Record)
    assert len(effect.facts) == 5
