"""decide(state, now) -> Effect: the one place that says what happens next. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from runtime.approvals import Rule, stricter
from runtime.decide.calls import Attach, Inspect, Record, RunTool, next_for_call
from runtime.events import (
    ApprovalExpired,
    Notice,
    Outcome,
    QuestionAsked,
    ResponseComplete,
    RunFinished,
    RunStarted,
)
from runtime.facts import Fact
from runtime.folds.run import CONTINUE, STOP
from runtime.folds.state import CallState, Run, RunState
from runtime.ids import question_id, run_id
from runtime.profile import Profile, smaller
from runtime.tools.written_calls import is_call
from runtime.visible import is_blank

_BARREN_LIMIT = 5  # segments in a row that died without progress
_TITLE = 80
_CUT = "The answer was cut at the model's token limit."
_SILENT = "The model came to its end without a word."
_NOTHING = "I have nothing to add to what was done above."
_AS_TEXT = (
    "The model wrote a tool call as text, twice, in the place of an answer: try another model."
)


@dataclass(frozen=True, slots=True)
class CallModel:
    """Ask the model for one turn; `may_call=False` for the closing turn after a limit."""

    turn: int
    attempt: int
    may_call: bool


@dataclass(frozen=True, slots=True)
class Abort:
    """A person stopped the run: end the call that may still be running, then the run."""

    call: CallState | None
    by: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do before people act, or before `until`."""

    until: datetime | None


Effect = Record | CallModel | RunTool | Attach | Inspect | Abort | Wait


def decide(state: RunState, now: datetime, profile: Profile) -> Effect:
    """What happens next in this session. The profile is that of the run, or of the next one."""
    if state.run is None:
        facts = next_run(state, profile)
        return Record(facts) if facts else Wait(None)
    run = _bound(state.run, profile)
    if run.stop is not None:
        return Abort(_in_flight(run), run.stop.name or run.stop.id)
    if state.barren_claims > _BARREN_LIMIT:
        return Record((_failed("It kept failing at the same step; see the operator's log."),))
    if run.holding:
        return _held(run, now)
    call = next((c for c in run.calls if not c.done), None)
    if call is not None:
        return next_for_call(state, run, call, now)
    if run.answered:
        return Record(_answer(run))
    if not run.closing and (over := _over(run)):
        return Record((_budget_question(run, over),))
    return CallModel(run.turn + 1, run.attempt + 1, may_call=not run.closing)


def _bound(run: Run, profile: Profile) -> Run:
    """The run may do no more than its profile says now."""
    mode, limits = stricter(run.mode, profile.policy.mode), smaller(run.limits, profile.limits)
    return replace(run, mode=mode, limits=limits)


def next_run(state: RunState, profile: Profile) -> tuple[Fact, ...]:
    """The start of the next task, if somebody said something that no task has taken up."""
    if not state.inbox:
        return ()
    message = state.inbox[0].message
    started = RunStarted(
        run_id=run_id(state.session_id, state.runs + 1),
        title=message.subject[:_TITLE],
        requester=message.actor,
        model=profile.model,
        mode=profile.policy.mode,
        limits=profile.limits,
        profile=profile.name,
        profile_digest=profile.digest,
    )
    return (started,)


def _in_flight(run: Run) -> CallState | None:
    return next((c for c in run.calls if c.started and not c.done), None)


def _failed(reason: str) -> RunFinished:
    return RunFinished(outcome=Outcome.FAILED, reason=reason)


def _answer(run: Run) -> tuple[Fact, ...]:
    """A turn that ended in text and leaves nothing open is the answer: no second model call. One
    that said nothing, or wrote a call as text, was told so and did it again."""
    text = run.said if is_blank(run.text) else run.text
    if is_call(run.text):
        return (_failed(_AS_TEXT),)
    answer = ResponseComplete(turn=run.turn, text=text or _NOTHING)
    finished = RunFinished(outcome=Outcome.DONE)
    words = _CUT if run.cut else _SILENT if is_blank(run.text) else ""
    notice = (Notice(level="warning", text=words),) if words else ()
    return (answer, *notice, finished)


def _held(run: Run, now: datetime) -> Effect:
    """People must act; meanwhile gates expire and are reminded of once."""
    late = [gate for gate in run.gates if now >= gate.expires_at]
    if late:
        return Record(tuple(ApprovalExpired(approval_id=gate.approval_id) for gate in late))
    due = [
        gate
        for gate in run.gates
        if gate.remind_at and gate.approval_id not in run.reminded and now >= gate.remind_at
    ]
    if due:
        return Record(
            tuple(
                Notice(text=f"Still waiting: {gate.operation}", about=gate.approval_id)
                for gate in due
            )
        )
    return Wait(min(_alarms(run), default=None))


def _alarms(run: Run) -> list[datetime]:
    reminders = [
        gate.remind_at
        for gate in run.gates
        if gate.remind_at and gate.approval_id not in run.reminded
    ]
    return [*(gate.expires_at for gate in run.gates), *reminders]


def _over(run: Run) -> str:
    """Which limit of the allotments so far is used up, in words; empty if none."""
    spent, limits, n = run.spent, run.limits, run.allotments
    if spent.turns >= limits.turns * n:
        return f"{limits.turns * n} model turns"
    if spent.tokens >= limits.tokens * n:
        return f"{limits.tokens * n:,} tokens"
    if spent.cost >= limits.cost * n:
        return f"Budget of {limits.cost * n:g} $"
    if spent.active.total_seconds() >= limits.seconds * n:
        return f"{limits.seconds * n / 60:g} minutes of work"
    return ""


def _budget_question(run: Run, over: str) -> QuestionAsked:
    return QuestionAsked(
        question_id=question_id(run.run_id, run.asked + 1),
        kind="budget",
        question=f"{over} used: continue or stop?",
        options=(CONTINUE, STOP),
        rule=Rule(requester=True),
    )
