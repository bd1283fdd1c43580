"""What happened when: the rows of the Details view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.text import lasted
from adapters.web.render.tags import Html, clock, el, span
from adapters.web.render.text import one_line
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
    PlanCreated,
    PlanUpdated,
    QuestionAnswered,
    QuestionAsked,
    Recorded,
    ResponseComplete,
    RunAdmitted,
    RunFinished,
    RunQueued,
    RunStarted,
    SubagentCompleted,
    SubagentStarted,
    ThinkingComplete,
    ToolCallComplete,
    ToolCallFailed,
    ToolCallStart,
    Usage,
)
from runtime.ids import Actor, RunId, Seq
from runtime.view import AWAITED


@dataclass(frozen=True, slots=True)
class Moment:
    seq: Seq
    at: datetime
    run_id: RunId | None
    kind: str
    text: str


def moment(envelope: Envelope, run: RunId | None) -> Moment | None:
    """The row of an event; None for what only belongs to another row."""
    event = envelope.event
    if not isinstance(event, Recorded):
        return None
    found = _task(event) or _tools(event) or _words(event) or _decisions(event)
    if found is None:
        return None
    kind, text = found
    return Moment(envelope.seq, envelope.at, run, kind, one_line(text, 240))


def _task(event: Recorded) -> tuple[str, str] | None:
    match event:
        case RunStarted(model=model, mode=mode):
            return "Task", f"started with {model or 'no model'}, mode {mode}"
        case RunQueued(ahead=ahead, waits_for=what):
            return "Task", f"waits{AWAITED[what]}, {ahead} ahead"
        case RunAdmitted():
            return "Task", "goes on"
        case RunFinished(outcome=outcome, reason=reason):
            return "Task", f"{outcome}. {reason}" if reason else f"{outcome}"
        case PlanCreated(steps=steps) | PlanUpdated(steps=steps):
            return "Plan", f"{len(steps)} steps"
        case ThinkingComplete(seconds=seconds):
            return "Thinking", f"for {lasted(seconds)}"
        case Usage(input_tokens=read, output_tokens=written) if read or written:
            return "Turn", f"{read:,} tokens read, {written:,} written"
        case ResponseComplete(partial=True, text=text):
            return "Answer", f"ended after {len(text):,} characters"
        case ResponseComplete(final=True):
            return "Answer", "complete"
        case _:
            return None


def _tools(event: Recorded) -> tuple[str, str] | None:
    match event:
        case ToolCallStart(tool=tool, summary=summary):
            return "Call", f"{tool}: {summary}"
        case ToolCallComplete(seconds=seconds, exit_code=code):
            after = f"after {lasted(seconds)}" if seconds >= 0.1 else "at once"
            return "Result", after + (f", exit {code}" if code else "")
        case ToolCallFailed(kind=kind, message=message):
            return "Failure", f"{kind}: {message}"
        case SubagentStarted(title=title):
            return "Helper", title
        case SubagentCompleted(outcome=outcome, summary=summary):
            return "Helper", f"{outcome}: {summary}"
        case _:
            return None


def _words(event: Recorded) -> tuple[str, str] | None:
    match event:
        case MessageReceived(actor=actor, text=text):
            return "Message", f"{name(actor)}: {text}"
        case MessageEdited(text=text, deleted=deleted):
            return "Message", "deleted" if deleted else f"changed: {text}"
        case QuestionAsked(question=question):
            return "Question", question
        case QuestionAnswered(answer=answer, actor=actor):
            return "Question", f"{name(actor)}: {answer}"
        case FileCreated(file=file):
            return "File", file.name
        case Notice(text=text):
            return "Note", text
        case _:
            return None


def _decisions(event: Recorded) -> tuple[str, str] | None:
    match event:
        case ApprovalRequired(operation=operation, risk=risk):
            return "Approval", f"needed, {risk} risk: {operation}"
        case ApprovalReceived(approved=approved, actors=actors):
            verb = "approved" if approved else "denied"
            return "Approval", f"{verb} by {', '.join(map(name, actors))}"
        case ApprovalExpired():
            return "Approval", "expired"
        case GrantGiven(tool=tool, subject=subject):
            return "Permission", f"given: {tool} {subject.value}"
        case GrantRevoked(by=by):
            return "Permission", f"taken back by {name(by)}"
        case _:
            return None


def name(actor: Actor) -> str:
    return one_line(actor.name or actor.id, 60)


def timeline(moments: Sequence[Moment]) -> Html:
    """Some of its rows, the oldest first."""
    rows = [
        el(
            "li",
            {"class": f"moment of-{row.kind.lower()}"},
            clock(row.at, "fine"),
            span("kind", row.kind),
            span("what", row.text),
        )
        for row in moments
    ]
    if not rows:
        return el("p", {"class": "quiet"}, "Nothing has happened here yet.")
    return el("ol", {"class": "timeline"}, *rows)
