"""show(view, envelope) -> ThreadView: fold one event into what people should see. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import assert_never

from runtime.approvals import Duration
from runtime.events import (
    Envelope,
    Event,
    FileCreated,
    GrantGiven,
    GrantRevoked,
    MessageEdited,
    MessageReceived,
    Notice,
    Phase,
    RunAdmitted,
    RunFinished,
    RunQueued,
    RunStarted,
    StateChange,
    SubagentCompleted,
    SubagentStarted,
    Unread,
)
from runtime.folds.plan import PlanEvent
from runtime.folds.replace import replace
from runtime.folds.view_gates import GateEvent, project_gate, spoke
from runtime.folds.view_work import ToolEvent, TurnEvent, project_plan, project_tool, project_turn
from runtime.view import Line, Remark, RunView, SubagentView, ThreadView


def project(view: ThreadView, envelope: Envelope) -> ThreadView:
    """What people see after one more event."""
    event = envelope.event
    view = _thread(replace(view, seq=max(view.seq, envelope.seq)), envelope)
    if not view.runs or isinstance(event, RunStarted | GrantGiven | GrantRevoked):
        return view
    if envelope.delta is not None and not _is_live(view.runs[-1], envelope):
        return view
    run = _run(view.runs[-1], envelope)
    if run is view.runs[-1]:
        return view
    return replace(view, runs=(*view.runs[:-1], _timed(run, envelope.at)))


def _timed(run: RunView, at: datetime) -> RunView:
    """Waiting for people or for a place, and a pause, are no work."""
    waits = run.outcome is None and (run.waiting or run.paused or run.ahead is not None)
    since = run.waits_since
    if waits == (since is not None):
        return replace(run, seen_at=at)
    if since is None:
        return replace(run, seen_at=at, waits_since=at)
    waited = run.waited + max(at - since, timedelta())
    return replace(run, seen_at=at, waits_since=None, waited=waited)


def _is_live(run: RunView, chunk: Envelope) -> bool:
    """Chunks come to a late viewer after the record: some belong to a task that is over."""
    return run.run_id == chunk.run_id and run.outcome is None


def _thread(view: ThreadView, envelope: Envelope) -> ThreadView:
    match envelope.event:
        case MessageReceived() as said:
            return replace(view, lines=(*view.lines, _line(said, envelope)))
        case MessageEdited() as edited:
            return replace(view, lines=tuple(_edited(line, edited) for line in view.lines))
        case RunStarted() as started:
            run = RunView(
                run_id=started.run_id,
                title=started.title,
                requester=started.requester,
                model=started.model,
                started_at=envelope.at,
                remarks=_unread(view),
                seen_at=envelope.at,
            )
            return replace(view, runs=(*view.runs, run), title=view.title or run.title)
        case GrantGiven() as given:
            return replace(view, grants=(*view.grants, given.grant))
        case GrantRevoked(grant_id=revoked):
            return replace(view, grants=tuple(g for g in view.grants if g.grant_id != revoked))
        case RunFinished():
            kept = tuple(g for g in view.grants if g.duration is not Duration.RUN)
            return replace(view, grants=kept)
        case _:
            return view


def _line(said: MessageReceived, envelope: Envelope) -> Line:
    return Line(
        seq=envelope.seq,
        at=envelope.at,
        actor=said.actor,
        text=said.text,
        aside=said.aside,
        files=said.files,
        unread=said.unread,
        overheard=said.overheard,
        channel=said.channel,
        message_id=said.message_id,
        before=tuple(earlier.actor for earlier in said.earlier if not earlier.app),
    )


def _edited(line: Line, edited: MessageEdited) -> Line:
    if (line.channel, line.message_id) != (edited.channel, edited.message_id):
        return line
    return replace(line, text=edited.text, edited=True, deleted=edited.deleted)


def _unread(view: ThreadView) -> tuple[Remark, ...]:
    """Of the messages that begin a task: those since the one before."""
    ended = view.run.finished_at if view.run else None
    lines = (line for line in view.lines if ended is None or line.at >= ended)
    return tuple(_not_read(line.unread, line.at) for line in lines if line.unread)


def _not_read(files: Sequence[Unread], at: datetime) -> Remark:
    """Which files of a message, and why; files with the same reason together."""
    by_reason: dict[str, list[str]] = {}
    for file in files:
        by_reason.setdefault(file.why, []).append(repr(file.name))
    told = "; ".join(f"{', '.join(names)} ({why})" for why, names in by_reason.items())
    return Remark(at, "warning", f"Could not be read: {told}")


OtherEvent = (
    MessageReceived
    | MessageEdited
    | RunStarted
    | RunFinished
    | StateChange
    | FileCreated
    | SubagentStarted
    | SubagentCompleted
    | Notice
    | GrantGiven
    | GrantRevoked
)


def _run(run: RunView, envelope: Envelope) -> RunView:
    event: Event = envelope.event
    if isinstance(event, TurnEvent):
        return project_turn(run, event)
    if isinstance(event, ToolEvent):
        return project_tool(run, event)
    if isinstance(event, PlanEvent):
        return project_plan(run, event)
    if isinstance(event, GateEvent):
        return project_gate(run, event, envelope.at)
    if isinstance(event, RunQueued | RunAdmitted):
        if isinstance(event, RunQueued):
            return replace(run, ahead=event.ahead, queue=event.waits_for, queued=True)
        return replace(run, ahead=None, queued=True)
    return _other(run, event, envelope)


def _other(run: RunView, event: OtherEvent, envelope: Envelope) -> RunView:
    match event:
        case RunFinished() as finished:
            return _finish(run, finished, envelope)
        case FileCreated(file=file):
            return replace(run, files=(*run.files, file))
        case SubagentStarted(subagent_id=subagent, title=title):
            return replace(run, subagents=(*run.subagents, SubagentView(subagent, title)))
        case SubagentCompleted() as completed:
            return _subagent(run, completed)
        case Notice(level=level, text=text) as told:
            paused = run.paused if told.paused is None else told.paused
            remarks = (*run.remarks, Remark(envelope.at, level, text))
            return replace(run, remarks=remarks, paused=paused)
        case MessageReceived(aside=False) as said if run.outcome is None:
            run = spoke(run, said.actor)
            if not said.unread:
                return run
            return replace(run, remarks=(*run.remarks, _not_read(said.unread, envelope.at)))
        case (
            MessageReceived()
            | MessageEdited()
            | RunStarted()
            | StateChange()
            | GrantGiven()
            | GrantRevoked()
        ):
            return run
        case _:
            assert_never(event)


def _finish(run: RunView, finished: RunFinished, envelope: Envelope) -> RunView:
    """Nothing stays open: gates and questions close. Thinking and text that were never completed
    stand on no record; a message that was opened stays as far as people read it."""
    return replace(
        run,
        phase=Phase.IDLE,
        draft=None,
        ahead=None,
        thoughts=tuple(t for t in run.thoughts if t.seconds is not None),
        answers=tuple(replace(a, state="partial") if a.state == "open" else a for a in run.answers),
        gates=tuple(
            g if g.decided else replace(g, decided="closed", decided_at=envelope.at)
            for g in run.gates
        ),
        questions=tuple(replace(q, closed=True) for q in run.questions),
        calls=tuple(
            replace(c, status="failed", failure="stopped", tail="") if c.status == "running" else c
            for c in run.calls
        ),
        finished_at=envelope.at,
        outcome=finished.outcome,
        reason=finished.reason,
    )


def _subagent(run: RunView, completed: SubagentCompleted) -> RunView:
    return replace(
        run,
        subagents=tuple(
            replace(s, outcome=completed.outcome, summary=completed.summary)
            if s.subagent_id == completed.subagent_id
            else s
            for s in run.subagents
        ),
    )
