"""report(view, envelope) -> lines: what an event adds to the scroll. Pure.

Chunks add nothing: what is live stands below the scroll (`live`), and the event that completes it
brings the text.
"""

from __future__ import annotations

from typing import assert_never

from bot.terminal.calls import CallEvent, call_lines
from bot.terminal.gates import decision_line, gate_lines, question_lines
from bot.terminal.lines import Item, Line, Part, Prose, Style, block, line, tail
from bot.terminal.sanitize import one_line
from bot.terminal.steps import plan_changes, plan_lines
from bot.terminal.units import elapsed, lasted, sized, spent
from runtime.events import (
    ApprovalExpired,
    ApprovalReceived,
    ApprovalRequired,
    Envelope,
    FileCreated,
    GrantGiven,
    GrantRevoked,
    MessageEdited,
    MessageReceived,
    Notice,
    Outcome,
    PlanCreated,
    PlanUpdated,
    QuestionAnswered,
    QuestionAsked,
    ResponseChunk,
    ResponseComplete,
    ResponseStart,
    RunAdmitted,
    RunFinished,
    RunQueued,
    RunStarted,
    StateChange,
    StepCompleted,
    StepFailed,
    StepStarted,
    SubagentCompleted,
    SubagentStarted,
    ThinkingChunk,
    ThinkingComplete,
    ThinkingStart,
    ToolCallChunk,
    Usage,
)
from runtime.folds.view import project
from runtime.view import ThreadView

PlanEvent = PlanCreated | PlanUpdated | StepStarted | StepCompleted | StepFailed
PeopleEvent = (
    ApprovalRequired
    | ApprovalReceived
    | ApprovalExpired
    | QuestionAsked
    | QuestionAnswered
    | GrantGiven
    | GrantRevoked
)
Silent = (
    StateChange
    | RunAdmitted
    | ThinkingStart
    | ThinkingChunk
    | ToolCallChunk
    | ResponseStart
    | ResponseChunk
    | Usage
)
OtherEvent = (
    MessageReceived
    | MessageEdited
    | RunStarted
    | RunFinished
    | ThinkingComplete
    | ResponseComplete
    | FileCreated
    | SubagentStarted
    | SubagentCompleted
    | Notice
)

_THOUGHT = 3  # lines of one that was stopped
_LEVELS: dict[str, Style] = {"info": "dim", "warning": "warn", "error": "bad"}
_ENDS: dict[Outcome, Part] = {
    Outcome.DONE: ("✓ Done", "good"),
    Outcome.FAILED: ("✗ Failed", "bad"),
    Outcome.CANCELLED: ("■ Stopped", "warn"),
}


def report(before: ThreadView, envelope: Envelope) -> tuple[Item, ...]:
    """The lines of one event; `before` is the view without it."""
    event = envelope.event
    if isinstance(event, Silent):
        return ()
    if isinstance(event, CallEvent):
        return call_lines(before.run, event)
    after = project(before, envelope)
    if isinstance(event, PlanEvent):
        return _plan(before, after, event)
    if isinstance(event, PeopleEvent):
        return _people(before, after, envelope, event)
    if isinstance(event, RunQueued):
        return (line((f"  {after.run.place}", "dim")),) if after.run else ()
    return _other(after, event)


def _plan(before: ThreadView, after: ThreadView, event: PlanEvent) -> tuple[Line, ...]:
    old = before.run.plan if before.run else ()
    new = after.run.plan if after.run else ()
    return plan_lines("Plan", new) if isinstance(event, PlanCreated) else plan_changes(old, new)


def _people(
    before: ThreadView, after: ThreadView, envelope: Envelope, event: PeopleEvent
) -> tuple[Line, ...]:
    run = after.run
    match event:
        case ApprovalRequired(approval_id=approval):
            gates = [g for g in run.gates if g.approval_id == approval] if run else []
            return gate_lines(gates[-1], run, envelope.at) if run and gates else ()
        case ApprovalReceived():
            return (decision_line(event),)
        case ApprovalExpired():
            return (line(("✗ Nobody decided in time", "warn"), ", so the call was not run"),)
        case QuestionAsked(question_id=question):
            asked = [q for q in run.questions if q.question_id == question] if run else []
            return tuple(row for q in asked for row in question_lines(q))
        case QuestionAnswered(answer=answer, actor=actor):
            return block(f"{actor.name or actor.id}: {answer}", "bold", "> ")
        case GrantGiven():
            number = str(len(after.grants))
            return (line((f"  /revoke {number} takes this permission back", "dim")),)
        case GrantRevoked(grant_id=grant, by=by):
            gone = next((g for g in before.grants if g.grant_id == grant), None)
            what = f" {gone.tool} {gone.subject.value}" if gone else ""
            return (line(("✗ Permission taken back", "warn"), what, f" by {by.name or by.id}"),)
        case _:
            assert_never(event)


def _words(event: MessageReceived | MessageEdited) -> tuple[Item, ...]:
    if isinstance(event, MessageReceived):
        return block(f"{event.actor.name or event.actor.id}: {event.text}", "bold", "> ")
    return block("(deleted)" if event.deleted else f"(changed) {event.text}", "dim", "> ")


def _other(after: ThreadView, event: OtherEvent) -> tuple[Item, ...]:
    match event:
        case MessageReceived() | MessageEdited():
            return _words(event)
        case RunStarted(model=model, mode=mode):
            return (line(("  " + " · ".join(filter(None, (model, f"mode {mode}"))), "dim")),)
        case RunFinished():
            return _finished(after, event)
        case ThinkingComplete():
            return _thought(event)
        case ResponseComplete(text=text, partial=partial):
            mark = (line(("  ■ not finished", "warn")),) if partial else ()
            return (Prose(text), *mark) if text.strip() else ()
        case FileCreated(file=file):
            return (line("  File: ", (one_line(file.name, 120), "bold"), f", {sized(file.size)}"),)
        case SubagentStarted(title=title):
            return (line(("▸ ", "accent"), "helper  ", one_line(title, 120)),)
        case SubagentCompleted(outcome=outcome, summary=summary):
            return (line("  ", _ENDS[outcome], "  ", (one_line(summary, 120), "dim")),)
        case Notice(text=text, level=level):
            return block(text, _LEVELS[level], "  ! ")
        case _:
            assert_never(event)


def _thought(done: ThinkingComplete) -> tuple[Line, ...]:
    """One that was stopped keeps its last lines."""
    if not done.text.strip():
        return ()
    last = tail(done.text, _THOUGHT, "  ") if done.partial else ()
    stopped = ", stopped" if done.partial else ""
    return (*last, line((f"  thought for {lasted(done.seconds)}{stopped}", "dim")))


def _finished(after: ThreadView, event: RunFinished) -> tuple[Line, ...]:
    run = after.run
    if run is None or run.finished_at is None:
        return ()
    figures = "".join(
        f" · {part}" for part in (elapsed(run, run.finished_at), spent(run.spend)) if part
    )
    mark = _ENDS[event.outcome]
    # A reason that is a sentence of its own ("Stopped by ...") needs no heading before it.
    reason = one_line(event.reason, 400).removesuffix(".")
    if event.outcome is not Outcome.CANCELLED and reason:
        reason = f": {reason}"
    elif reason:
        mark = ("■ ", "warn")
    return (line(mark, reason, (figures, "dim")),)
