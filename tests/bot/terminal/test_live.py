"""What stands below the scroll while a task runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from inline_snapshot import snapshot
from rich.cells import cell_len

from bot.terminal.live import live
from runtime.approvals import Risk, Rule, Subject
from runtime.events import (
    ApprovalRequired,
    Envelope,
    Event,
    Outcome,
    PlanCreated,
    QuestionAsked,
    ResponseChunk,
    RunAdmitted,
    RunFinished,
    RunQueued,
    RunStarted,
    StepStarted,
    ThinkingChunk,
    ThinkingStart,
    ToolCallChunk,
    ToolCallStart,
    Usage,
)
from runtime.folds.view import project
from runtime.ids import Actor, ApprovalId, CallId, QuestionId, RunId, Seq, SessionId, StepId
from runtime.plan import Step
from runtime.view import ThreadView

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
STEPS = (Step(id=StepId("a"), title="Look around"), Step(id=StepId("b"), title="Tidy up"))
BEGIN = RunStarted(run_id=RunId("s.1"), title="tidy up", requester=Actor(id="ann"))
CALL = ToolCallStart(call_id=CallId("c1"), tool="shell", summary="ls -la")
GATE = ApprovalRequired(
    approval_id=ApprovalId("a1"), call_id=CallId("c2"), tool="shell", operation="rm -rf build",
    risk=Risk.HIGH, why="deletes files", rule=Rule(), subject=Subject(), digest="d",
    expires_at=START + timedelta(hours=1),
)  # fmt: skip


def state(*events: Event, width: int = 60, paused: bool = False) -> str:
    """The lines after these events, 12 s into the task."""
    view = ThreadView(SessionId("s"))
    for event in (BEGIN, *events):
        view = project(view, Envelope(session_id=SessionId("s"), seq=Seq(1), at=START, event=event))
    lines = live(view, START + timedelta(seconds=12), width, paused=paused)
    return "\n".join(line.text for line in lines)


def test_live_thinking_shows_its_last_lines() -> None:
    text = "\n".join(f"thought {n} \x1b[31m\rgood\x07" for n in range(9))
    assert state(ThinkingStart(turn=1), ThinkingChunk(turn=1, text=text)) == snapshot("""\
  good
  good
  good
⠦ thinking · 12 s · Ctrl-C stops\
""")


def test_live_output_of_a_call() -> None:
    chunk = ToolCallChunk(call_id=CallId("c1"), text="x" * 200 + "\nlast\n")
    usage = Usage(turn=1, input_tokens=10, output_tokens=5)
    moved = StepStarted(step_id=StepId("b"))
    assert state(PlanCreated(steps=STEPS), moved, usage, CALL, chunk, width=40) == snapshot("""\
  │ xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
  │ xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
  │ xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
  │ xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
  │ xxxxxxxxxxxxxxxxxxxx
  │ last
⠦ working · step 1 of 2: Tidy up · 12 s…\
""")


def test_live_answer() -> None:
    assert state(ResponseChunk(turn=1, text="It is\ndone.")) == snapshot("""\
It is
done.
⠦ planning · 12 s · Ctrl-C stops\
""")


@pytest.mark.parametrize(
    ("events", "paused", "last"),
    [
        ((GATE,), False, "? your decision: y / n / r / 15 / 1h / t"),
        ((QuestionAsked(question_id=QuestionId("q"), question="?"),), False,
         "? waiting for your answer"),
        ((RunQueued(ahead=3, since=START),), False,
         "⠦ waiting: 3 tasks are ahead · Ctrl-C stops"),
        ((RunQueued(ahead=3, since=START), RunAdmitted()), False,
         "⠦ planning · 12 s · Ctrl-C stops"),
        ((), True, "⏸ paused · /resume goes on, /stop ends it"),
    ],
)  # fmt: skip
def test_live_while_people_must_act(events: Sequence[Event], paused: bool, last: str) -> None:
    assert state(*events, paused=paused) == last


def test_nothing_is_live_after_the_end() -> None:
    assert state(RunFinished(outcome=Outcome.DONE)) == ""


@pytest.mark.parametrize("width", [20, 33, 80])
def test_live_lines_never_pass_the_width(width: int) -> None:
    long = "word " * 200 + "字" * 50
    for events in (
        (ThinkingStart(turn=1), ThinkingChunk(turn=1, text=long)),
        (CALL, ToolCallChunk(call_id=CallId("c1"), text=long)),
        (ResponseChunk(turn=1, text=long),),
    ):
        assert all(cell_len(row) <= width for row in state(*events, width=width).split("\n"))
