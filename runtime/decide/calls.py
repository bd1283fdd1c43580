"""The part of `decide` that concerns one tool call: refuse, ask, run, attach, or tell the model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from runtime.approvals import Risk, Subject, content, described, needs_approval, run_files
from runtime.events import (
    ApprovalRequired,
    FailureKind,
    Outcome,
    QuestionAsked,
    RunFinished,
    ToolCallComplete,
    ToolCallFailed,
)
from runtime.facts import Fact, PlannedCall
from runtime.folds.run import RETRY, SKIP, STOP
from runtime.folds.state import CallState, Made, Run, RunState
from runtime.ids import approval_id, question_id

_AT_ONCE = 5  # open gates of one turn: more messages than that nobody reads
_CHANGES = 3  # times that a call is asked about again because its file had changed
_CHANGED = "the file changed since it was approved, so this is asked again; "
_SCRIPT_CHANGED = "a file that it runs changed since it was approved, so this is asked again; "
_RESTLESS = (
    "The file changed again and again between the approval and the call. Nothing was sent or run: "
    "end what writes to it, then try again."
)
_NUDGE_AT = 3  # times around the same calls; one more ends the run


@dataclass(frozen=True, slots=True)
class Record:
    """Only facts: no effect in the world. Decided anew if anything came in between."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class RunTool:
    """Begin a call. `attempt` is above 1 only for a call that was lost and is begun again."""

    call: PlannedCall
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Inspect:
    """Look at what the call would send, run or open, before people are asked about it."""

    call: PlannedCall


@dataclass(frozen=True, slots=True)
class Attach:
    """A call was begun by a driver that is gone: find out what became of it."""

    call: PlannedCall
    attempt: int


def next_for_call(
    state: RunState, run: Run, call: CallState, now: datetime
) -> Record | RunTool | Attach | Inspect:
    """What happens next with the first unfinished call of a turn."""
    if call.started:
        return _begun(state, run, call)
    rounds, way = run.cycle
    if rounds > _NUDGE_AT:
        reason = _endless(rounds, way)
        return Record((RunFinished(outcome=Outcome.FAILED, reason=reason),))
    if call.call.error_kind:
        return _fail(call, call.call.error_kind, call.call.error)
    if rounds == _NUDGE_AT:
        return _fail(call, "failed", _around(way))
    if call.verdict in ("denied", "expired"):
        return _turned_down(call)
    if call.verdict is None and _unseen(state, run, call):
        return Inspect(call.call)
    if call.verdict is None and must_ask(state, run, call, now):
        if call.changes > _CHANGES:
            return _fail(call, "failed", _RESTLESS)
        return Record(_gates(state, run, now))
    return RunTool(call.call)


_SAME = (
    "You made this identical call three times in a row; it was not run again. "
    "Use the results you have, try something different, or answer."
)
_AROUND = (
    "You went around the same {turns} calls three times; this one was not run again. You tried:\n"
    "{tried}\nThey bring nothing new: use the results you have, try another way, ask people, or "
    "answer."
)


def _around(way: tuple[Made, ...]) -> str:
    if len(way) == 1:
        return _SAME
    tried = "\n".join(f"- {made.summary}" for made in way)
    return _AROUND.format(turns=len(way), tried=tried)


def _endless(rounds: int, way: tuple[Made, ...]) -> str:
    if len(way) == 1:
        return f"The model repeated the same call {rounds} times: {way[0].summary}"
    tried = ", ".join(made.summary for made in way)
    return f"The model went around the same {len(way)} calls {rounds} times: {tried}"


def judged_risk(state: RunState, call: PlannedCall) -> Risk:
    """The call's risk; files from strangers in the session raise medium to high."""
    return Risk.HIGH if state.tainted and call.risk is Risk.MEDIUM else call.risk


def must_ask(state: RunState, run: Run, c: CallState, now: datetime) -> bool:
    """Whether people must approve this call now: the mode asks for it and no grant covers it."""
    call, risk = c.call, judged_risk(state, c.call)
    if not needs_approval(run.mode, risk, effects=call.effects):
        return False
    subject = _subject(c)
    return not any(
        grant.covers(call.tool, subject, risk, run.run_id, now) for grant in state.grants
    )


def _unseen(state: RunState, run: Run, c: CallState) -> bool:
    """Whether people may have to be asked about content that nobody has looked at."""
    risk = judged_risk(state, c.call)
    asked = needs_approval(run.mode, risk, effects=c.call.effects)
    return asked and c.seen is None and bool(c.call.sends or c.call.runs or c.call.opens)


def _unsettled(c: CallState) -> bool:
    """Whether a part of what people would approve is not known yet."""
    return c.seen is None and bool(c.call.sends or c.call.runs)


def _subject(c: CallState) -> Subject:
    return c.call.subject.model_copy(update={"content": content(c.seen or ())})


def _gates(state: RunState, run: Run, now: datetime) -> tuple[Fact, ...]:
    """Gates for the next open calls of the turn that need one, a handful at once. They call people
    once in a turn: for the first."""
    due = (
        c
        for c in run.calls
        if not c.done
        and c.verdict is None
        and not c.call.error_kind
        and not _unsettled(c)  # looked at when it is next: calls before it may change it
        and must_ask(state, run, c, now)
    )
    called = any(c.asked for c in run.calls)
    return tuple(
        _gate(run, judged_risk(state, c.call), c, now, notify=not called and number == 0)
        for number, c in enumerate(islice(due, _AT_ONCE))
    )


def _gate(run: Run, risk: Risk, c: CallState, now: datetime, *, notify: bool) -> ApprovalRequired:
    lasts = timedelta(seconds=c.call.answer_within)
    seen = c.seen or ()
    sent = [described(file) for file in seen if file.path in c.call.sends]
    return ApprovalRequired(
        approval_id=approval_id(c.call.call_id, c.asked + 1),
        call_id=c.call.call_id,
        tool=c.call.tool,
        operation="\n".join((c.call.operation, *sent)),
        risk=risk,
        why=_changed(c) + c.call.why,
        rule=c.call.rule,
        subject=_subject(c),
        digest=c.call.digest,
        expires_at=now + lasts,
        remind_at=now + lasts / 2,
        others=run.others,
        notify=notify,
        runs=run_files(tuple(file for file in seen if file.path in c.call.runs)),
    )


def _changed(c: CallState) -> str:
    if not c.changes:
        return ""
    return _CHANGED if c.call.sends else _SCRIPT_CHANGED


def _turned_down(c: CallState) -> Record:
    if c.verdict == "expired":
        return _fail(c, "expired", "Nobody decided in time: the approval timed out. Not run.")
    return _fail(c, "denied", f"Denied by {c.decided_by}. Not run; do not try to get around it.")


def _begun(state: RunState, run: Run, c: CallState) -> Record | RunTool | Attach:
    if c.unknown:
        return _unknown(state, run, c)
    if c.answer is not None:
        return Record((ToolCallComplete(call_id=c.call.call_id, output=c.answer),))
    return Attach(c.call, c.attempt)


def _unknown(state: RunState, run: Run, c: CallState) -> Record | RunTool:
    """The container is gone and the call may have happened: at high risk people decide."""
    if c.answer == RETRY:
        return RunTool(c.call, c.attempt + 1)
    if c.answer == STOP:
        reason = f"Stopped: the outcome of {c.call.summary} is unknown."
        return Record((RunFinished(outcome=Outcome.CANCELLED, reason=reason),))
    if judged_risk(state, c.call) is not Risk.HIGH or c.answer is not None:
        return _fail(c, "unknown_outcome", _UNKNOWN)
    question = QuestionAsked(
        question_id=question_id(run.run_id, run.asked + 1),
        kind="outcome",
        question=f"The outcome of this call is unknown (its container is gone): "
        f"{c.call.operation}. Run it again, skip it, or stop?",
        options=(RETRY, SKIP, STOP),
        rule=c.call.rule,  # to run it again is to approve it again
        call_id=c.call.call_id,
    )
    return Record((question,))


_UNKNOWN = (
    "Outcome unknown: the call was interrupted and its container is gone. It may or may not have "
    "happened, only the workspace was kept. Look before you repeat it."
)


def _fail(c: CallState, kind: FailureKind, message: str) -> Record:
    call = c.call
    return Record(
        (ToolCallFailed(call_id=call.call_id, tool=call.tool, kind=kind, message=message),)
    )
