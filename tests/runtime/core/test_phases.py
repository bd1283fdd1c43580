"""The phase table: what it says, what it forbids, and how holds lie over it."""

from __future__ import annotations

from typing import get_args

import pytest
from core_log import ANN, CALL, GATE, QUESTION, RUN, planned, turned

from runtime.approvals import Risk, Rule, Subject
from runtime.decide.phases import RESUME, TRANSITIONS, PhaseState, advance, label
from runtime.errors import IllegalEvent
from runtime.events import (
    ApprovalExpired,
    ApprovalReceived,
    ApprovalRequired,
    Outcome,
    Phase,
    PlanCreated,
    QuestionAnswered,
    QuestionAsked,
    ResponseStart,
    RunFinished,
    RunStarted,
    ThinkingStart,
    ToolCallComplete,
    ToolCallFailed,
    ToolCallStart,
)
from runtime.facts import Fact, Paused, Resumed, StopRequested
from runtime.testing.clock import START

STARTED = RunStarted(run_id=RUN, title="t", requester=ANN)
FINISHED = RunFinished(outcome=Outcome.DONE)
BEGUN = ToolCallStart(call_id=CALL, tool="shell", summary="s")
DONE = ToolCallComplete(call_id=CALL, output="")
FAILED = ToolCallFailed(call_id=CALL, kind="failed", message="m")
THINKING = ThinkingStart(turn=1)
SPEAKING = ResponseStart(turn=1)
PLANNED = PlanCreated(steps=())
ANSWER = turned(text="hello")
CALLS = turned(planned())
PAUSE, GO_ON = Paused(actor=ANN), Resumed(actor=ANN)
STOP = StopRequested(actor=ANN, message_id="1")
ASKED = QuestionAsked(question_id=QUESTION, question="?")
ANSWERED = QuestionAnswered(question_id=QUESTION, answer="!", actor=ANN)
REQUIRED = ApprovalRequired(
    approval_id=GATE, call_id=CALL, tool="shell", operation="o", risk=Risk.HIGH, why="w",
    rule=Rule(), subject=Subject(), digest="d", expires_at=START,
)  # fmt: skip
APPROVED = ApprovalReceived(approval_id=GATE, approved=True, actors=(ANN,))
EXPIRED = ApprovalExpired(approval_id=GATE)

P = Phase
HOLDS = dict.fromkeys(("approval_required", "question_asked", "paused"), P.PAUSED)
LIVE = (P.PLANNING, P.THINKING, P.TOOL_CALLING, P.OBSERVING, P.COMPILING)

# From design.md section 5: what moves a live phase, beside holds and the end.
WORK = {"tool_call_start": P.TOOL_CALLING, "answer": P.COMPILING}
MOVES: dict[Phase, dict[str, Phase]] = {
    P.IDLE: {"run_started": P.PLANNING},
    P.PLANNING: {"plan_created": P.PLANNING, "thinking_start": P.THINKING, **WORK},
    P.THINKING: {"thinking_start": P.THINKING, **WORK},
    P.TOOL_CALLING: {
        "tool_call_start": P.TOOL_CALLING,
        "tool_call_complete": P.OBSERVING,
        "tool_call_failed": P.OBSERVING,
    },
    P.OBSERVING: {"plan_created": P.PLANNING, "thinking_start": P.THINKING, **WORK},
    P.COMPILING: {},
}
for live in LIVE:
    stay = ("model_turn", "response_start", "stop_requested", "tool_call_failed")
    MOVES[live] = dict.fromkeys(stay, live) | MOVES[live] | HOLDS | {"run_finished": P.IDLE}

SAMPLES: tuple[Fact, ...] = (
    STARTED, FINISHED, BEGUN, DONE, FAILED, THINKING, SPEAKING, PLANNED, ANSWER, CALLS, PAUSE,
    GO_ON, STOP, ASKED, ANSWERED, REQUIRED, APPROVED, EXPIRED,
)  # fmt: skip


@pytest.mark.parametrize("fact", SAMPLES, ids=label)
@pytest.mark.parametrize("phase", MOVES)
def test_the_table_leads_where_the_design_says_or_nowhere(phase: Phase, fact: Fact) -> None:
    target = MOVES[phase].get(label(fact))
    if target is None:
        with pytest.raises(IllegalEvent) as refused:
            advance(PhaseState(phase), fact, holding=False)
        assert repr(label(fact)) in str(refused.value)
        assert phase.value in str(refused.value)
    else:
        assert advance(PhaseState(phase), fact, holding=target is P.PAUSED).phase is target


def every_label() -> set[str]:
    tags = {str(kind.model_fields["type"].default) for kind in get_args(Fact)}
    return tags | {"answer"}


QUIET = {
    "message_received", "message_edited", "claimed", "parked", "notice", "usage", "feedback_given",
    "grant_given", "grant_revoked", "run_queued", "run_admitted",
}  # fmt: skip


def test_every_fact_of_the_journal_has_a_place_in_the_table() -> None:
    placed = {event for row in TRANSITIONS.values() for event in row} | QUIET
    assert placed == every_label()


def test_a_hold_can_begin_and_a_run_can_end_in_every_live_phase() -> None:
    for phase in LIVE:
        row = TRANSITIONS[phase]
        assert row["run_finished"] is P.IDLE
        assert {row["approval_required"], row["question_asked"], row["paused"]} == {P.PAUSED}
    assert TRANSITIONS[P.PAUSED]["run_finished"] is P.IDLE
    assert TRANSITIONS[P.PAUSED]["resumed"] == RESUME


@pytest.mark.parametrize("phase", LIVE)
@pytest.mark.parametrize("release", [GO_ON, ANSWERED, APPROVED, EXPIRED], ids=label)
def test_the_first_hold_remembers_and_the_last_one_releases(phase: Phase, release: Fact) -> None:
    standing = advance(PhaseState(phase), PAUSE, holding=True)
    assert standing == PhaseState(P.PAUSED, phase)
    standing = advance(standing, REQUIRED, holding=True)
    assert standing == PhaseState(P.PAUSED, phase)
    standing = advance(standing, release, holding=True)
    assert standing == PhaseState(P.PAUSED, phase)
    assert advance(standing, release, holding=False) == PhaseState(phase)


@pytest.mark.parametrize("phase", LIVE)
@pytest.mark.parametrize("fact", SAMPLES, ids=label)
def test_under_a_hold_the_same_moves_happen_underneath(phase: Phase, fact: Fact) -> None:
    if label(fact) in TRANSITIONS[P.PAUSED]:
        return
    target = MOVES[phase].get(label(fact))
    if target is None:
        with pytest.raises(IllegalEvent, match=f"while {phase.value}"):
            advance(PhaseState(P.PAUSED, phase), fact, holding=True)
    else:
        moved = advance(PhaseState(P.PAUSED, phase), fact, holding=True)
        assert moved == PhaseState(P.PAUSED, target)


def test_a_held_run_that_ends_is_idle_whatever_was_open() -> None:
    held = PhaseState(P.PAUSED, P.TOOL_CALLING)
    assert advance(held, FINISHED, holding=True) == PhaseState(P.IDLE)


@pytest.mark.parametrize("release", [GO_ON, ANSWERED, APPROVED, EXPIRED], ids=label)
@pytest.mark.parametrize("phase", LIVE)
def test_nothing_is_released_where_nothing_holds(phase: Phase, release: Fact) -> None:
    with pytest.raises(IllegalEvent):
        advance(PhaseState(phase), release, holding=False)
