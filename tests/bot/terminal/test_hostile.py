"""Hostile text in every event: it commands no pipe and no terminal."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest

from bot.terminal.lines import Item
from bot.terminal.painter import ColourPainter, PlainPainter
from bot.terminal.report import report
from runtime.approvals import Risk, Rule, Subject
from runtime.events import (
    ApprovalRequired,
    Envelope,
    Event,
    FileCreated,
    FileRef,
    MessageReceived,
    Notice,
    Outcome,
    PlanCreated,
    QuestionAsked,
    ResponseComplete,
    RunFinished,
    RunStarted,
    ToolCallComplete,
    ToolCallFailed,
    ToolCallStart,
)
from runtime.folds.view import project
from runtime.ids import (
    Actor,
    ApprovalId,
    ArtifactHash,
    CallId,
    QuestionId,
    RunId,
    Seq,
    SessionId,
    StepId,
)
from runtime.plan import Step
from runtime.view import ThreadView

HOSTILE = "\x1b[2J\x1b]0;owned\x07\u202e" + "bad\r\x1b[31mgood\x07"
START = datetime(2026, 1, 1, 12, tzinfo=UTC)
BEGIN = RunStarted(run_id=RunId("s.1"), title="tidy up", requester=Actor(id="ann"))
CALL = ToolCallStart(call_id=CallId("c1"), tool=HOSTILE, summary=HOSTILE, isolation=HOSTILE)
GATE = ApprovalRequired(
    approval_id=ApprovalId("a1"), call_id=CallId("c2"), tool=HOSTILE, operation=HOSTILE,
    risk=Risk.HIGH, why=HOSTILE, rule=Rule(), subject=Subject(), digest="d",
    expires_at=START + timedelta(hours=1),
)  # fmt: skip


def envelope(event: Event) -> Envelope:
    return Envelope(session_id=SessionId("s"), seq=Seq(2), at=START, event=event)


def items(event: Event) -> tuple[Item, ...]:
    return report(project(ThreadView(SessionId("s")), envelope(BEGIN)), envelope(event))


EVENTS: tuple[Event, ...] = (
    MessageReceived(actor=Actor(id="x", name=HOSTILE), text=HOSTILE, message_id="2"),
    PlanCreated(steps=(Step(id=StepId("z"), title=HOSTILE, description=HOSTILE),)),
    CALL,
    ToolCallComplete(call_id=CallId("c1"), output=HOSTILE * 3, exit_code=0, changed=(HOSTILE,)),
    ToolCallFailed(call_id=CallId("c3"), tool=HOSTILE, kind="failed", message=HOSTILE),
    GATE,
    QuestionAsked(question_id=QuestionId("q"), question=HOSTILE, options=(HOSTILE,)),
    FileCreated(file=FileRef(name=HOSTILE, artifact=ArtifactHash("0"), size=1), call_id=CallId("")),
    Notice(text=HOSTILE),
    ResponseComplete(turn=1, text=f"# {HOSTILE}\n[{HOSTILE}](http://a{HOSTILE})\n`{HOSTILE}`"),
    RunFinished(outcome=Outcome.FAILED, reason=HOSTILE),
)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_hostile_text_commands_no_pipe_and_no_terminal(event: Event) -> None:
    pipe, out = io.StringIO(), io.StringIO()
    PlainPainter(pipe).paint(items(event))
    plain = pipe.getvalue()
    assert "\x1b" not in plain
    assert "\x07" not in plain
    assert "\u202e" not in plain
    assert "owned" not in plain or event.type == "approval_required"
    ColourPainter(out).paint(items(event))  # no terminal, so no colours either
    assert "\x1b" not in out.getvalue()
