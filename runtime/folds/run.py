"""The part of the fold that concerns one run: what each fact changes inside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, assert_never

from runtime.approvals import FileSeen, Gate, agreed
from runtime.events import (
    ApprovalExpired,
    ApprovalReceived,
    ApprovalRequired,
    FileCreated,
    GrantGiven,
    GrantRevoked,
    MessageEdited,
    MessageReceived,
    Notice,
    QuestionAnswered,
    QuestionAsked,
    ResponseComplete,
    ResponseStart,
    RunAdmitted,
    RunFinished,
    RunQueued,
    RunStarted,
    SubagentCompleted,
    SubagentStarted,
    ThinkingComplete,
    ThinkingStart,
    ToolCallComplete,
    ToolCallFailed,
    ToolCallStart,
    Usage,
)
from runtime.facts import (
    CallInspected,
    Claimed,
    Fact,
    FeedbackGiven,
    ModelTurn,
    OutcomeUnknown,
    Parked,
    Paused,
    Resumed,
    StopRequested,
    VoteCast,
)
from runtime.folds.plan import PlanEvent, apply_plan
from runtime.folds.replace import replace
from runtime.folds.state import CallState, OpenQuestion, Run, Spent
from runtime.folds.turned import turned
from runtime.ids import Actor, ApprovalId, CallId

CONTINUE, STOP, RETRY, SKIP = "continue", "stop", "retry", "skip"

TurnFact = ThinkingStart | ResponseStart | ResponseComplete | ModelTurn | Usage
CallFact = ToolCallStart | ToolCallComplete | ToolCallFailed | OutcomeUnknown | CallInspected
GateFact = ApprovalRequired | ApprovalReceived | ApprovalExpired | VoteCast
PeopleFact = (
    MessageReceived | QuestionAsked | QuestionAnswered | Notice | Paused | Resumed | StopRequested
)
PlaceFact = RunQueued | RunAdmitted
OtherFact = (
    MessageEdited
    | Claimed
    | Parked
    | RunStarted
    | RunFinished
    | ThinkingComplete
    | GrantGiven
    | GrantRevoked
    | FileCreated
    | SubagentStarted
    | SubagentCompleted
    | FeedbackGiven
)


def apply_to_run(run: Run, fact: Fact) -> Run:
    """What a fact changes inside the live run; the phase is moved by `runtime.decide.phases`."""
    if isinstance(fact, TurnFact):
        return _on_turn(run, fact)
    if isinstance(fact, CallFact):
        return _on_call(run, fact)
    if isinstance(fact, PlanEvent):
        return replace(run, plan=apply_plan(run.plan, fact))
    if isinstance(fact, GateFact):
        return _on_gate(run, fact)
    if isinstance(fact, PeopleFact):
        return _on_people(run, fact)
    if isinstance(fact, PlaceFact):
        return replace(run, queued=fact if isinstance(fact, RunQueued) else None)
    _: OtherFact = fact  # the type checker lists a new fact here until a group answers it
    return run


def _on_turn(run: Run, fact: TurnFact) -> Run:
    match fact:
        case ThinkingStart(attempt=attempt):
            return replace(run, attempt=max(run.attempt, attempt))
        case ResponseStart(attempt=attempt):
            return replace(run, attempt=max(run.attempt, attempt), opened=True)
        case ResponseComplete():
            return replace(run, opened=False)
        case ModelTurn():
            return turned(run, fact)
        case Usage():
            return replace(run, spent=_spend(run, fact))
        case _:
            assert_never(fact)


def _on_call(run: Run, fact: CallFact) -> Run:
    match fact:
        case ToolCallStart(call_id=call, attempt=attempt):
            return _change(run, call, lambda c: _begin(c, attempt))
        case ToolCallComplete(call_id=call) | ToolCallFailed(call_id=call):
            return _change(run, call, lambda c: replace(c, done=True))
        case OutcomeUnknown(call_id=call):
            return _change(run, call, lambda c: replace(c, unknown=True))
        case CallInspected(call_id=call, files=files):
            return _change(run, call, lambda c: _inspect(c, files))
        case _:
            assert_never(fact)


def _on_gate(run: Run, fact: GateFact) -> Run:
    match fact:
        case ApprovalRequired():
            return _ask(run, fact)
        case ApprovalReceived(approval_id=approval, approved=approved, actors=actors):
            names = ", ".join(actor.name or actor.id for actor in actors)
            return _close(run, approval, "approved" if approved else "denied", names)
        case ApprovalExpired(approval_id=approval):
            return _close(run, approval, "expired")
        case VoteCast(approve=False):
            return run
        case VoteCast():
            return _vote(run, fact)
        case _:
            assert_never(fact)


def _on_people(run: Run, fact: PeopleFact) -> Run:
    match fact:
        case MessageReceived(aside=aside, actor=actor):
            return run if aside else _had_a_say(run, actor)
        case QuestionAsked():
            return _question(run, fact)
        case QuestionAnswered():
            return _answer(run, fact)
        case Notice(about=about):
            reminded = run.reminded | {ApprovalId(about)} if about else run.reminded
            return replace(run, reminded=reminded)
        case Paused():
            return replace(run, paused=True)
        case Resumed():
            return replace(run, paused=False)
        case StopRequested(actor=actor, read=read):
            return replace(run, stop=actor, read=read)
        case _:
            assert_never(fact)


def _had_a_say(run: Run, actor: Actor) -> Run:
    """Words reached the task: their author is a requester too."""
    known = {run.requester.id, *(other.id for other in run.others)}
    return run if actor.id in known else replace(run, others=(*run.others, actor))


def _inspect(state: CallState, files: tuple[FileSeen, ...]) -> CallState:
    """Another content than before was not approved by anybody."""
    changes = state.changes + (state.seen is not None)
    return replace(state, seen=files, changes=changes, verdict=None)


def _begin(state: CallState, attempt: int) -> CallState:
    return replace(state, started=True, attempt=attempt, unknown=False, question=None, answer=None)


def _vote(run: Run, cast: VoteCast) -> Run:
    return replace(
        run,
        gates=tuple(
            replace(
                gate,
                approvers=(*gate.approvers, cast.actor),
                duration=agreed(gate.duration, cast.duration),
            )
            if gate.approval_id == cast.approval_id
            else gate
            for gate in run.gates
        ),
    )


def _spend(run: Run, usage: Usage) -> Spent:
    return replace(
        run.spent,
        tokens=run.spent.tokens + usage.input_tokens + usage.output_tokens,
        cost=run.spent.cost + (usage.cost or 0.0),
    )


def _change(run: Run, call_id: CallId, change: Callable[[CallState], CallState]) -> Run:
    return replace(
        run,
        calls=tuple(change(c) if c.call.call_id == call_id else c for c in run.calls),
    )


def _ask(run: Run, required: ApprovalRequired) -> Run:
    gate = Gate(
        approval_id=required.approval_id,
        call_id=required.call_id,
        tool=required.tool,
        operation=required.operation,
        risk=required.risk,
        subject=required.subject,
        rule=required.rule,
        requester=run.requester,
        run_id=run.run_id,
        expires_at=required.expires_at,
        remind_at=required.remind_at,
        fingerprint=required.fingerprint,
        others=required.others,
    )
    asked = _change(run, required.call_id, lambda c: replace(c, asked=c.asked + 1, verdict=None))
    return replace(asked, gates=(*run.gates, gate))


def _close(
    run: Run,
    approval: ApprovalId,
    verdict: Literal["approved", "denied", "expired"],
    by: str = "",
) -> Run:
    """The gate is decided: it goes, its call remembers the verdict."""
    gate = next((g for g in run.gates if g.approval_id == approval), None)
    if gate is None:
        return run
    left = tuple(g for g in run.gates if g is not gate)
    decided = _change(run, gate.call_id, lambda c: replace(c, verdict=verdict, decided_by=by))
    return replace(decided, gates=left)


def _question(run: Run, asked: QuestionAsked) -> Run:
    question = OpenQuestion(
        question_id=asked.question_id,
        kind=asked.kind,
        question=asked.question,
        options=asked.options,
        rule=asked.rule,
        call_id=asked.call_id,
    )
    waiting = replace(run, questions=(*run.questions, question), asked=run.asked + 1)
    if asked.call_id is None:
        return waiting
    return _change(
        waiting, asked.call_id, lambda c: replace(c, question=asked.question_id, answer=None)
    )


def _answer(run: Run, answered: QuestionAnswered) -> Run:
    question = next((q for q in run.questions if q.question_id == answered.question_id), None)
    if question is None:
        return run
    left = tuple(q for q in run.questions if q is not question)
    run = replace(run, questions=left)
    if question.kind == "budget":
        if answered.answer == CONTINUE:
            return replace(run, allotments=run.allotments + 1)
        return replace(run, closing=True)  # a last turn without tools
    if question.kind == "ask":
        run = _had_a_say(run, answered.actor)
    if question.call_id is None:
        return run
    return _change(run, question.call_id, lambda c: replace(c, answer=answered.answer))
