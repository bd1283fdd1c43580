"""What the terminal says of a task that waits for a place."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.terminal.lines import Line
from bot.terminal.report import report
from runtime.events import Envelope, Event, RunAdmitted, RunQueued, RunStarted
from runtime.folds.view import project
from runtime.ids import Actor, RunId, Seq, SessionId
from runtime.view import ThreadView

START = datetime(2026, 1, 1, 12, tzinfo=UTC)


def envelope(event: Event) -> Envelope:
    return Envelope(session_id=SessionId("s"), seq=Seq(1), at=START, event=event)


@pytest.mark.parametrize(
    ("event", "lines"),
    [
        (RunQueued(ahead=3, since=START), ["  Waiting: 3 tasks are ahead."]),
        (RunQueued(ahead=1, since=START), ["  Waiting: 1 task is ahead."]),
        (RunQueued(ahead=0, since=START), ["  Waiting: this task is next."]),
        (RunAdmitted(), []),
    ],
)
def test_a_place_is_one_line(event: Event, lines: list[str]) -> None:
    begin = RunStarted(run_id=RunId("s.1"), title="t", requester=Actor(id="ann"))
    view = project(ThreadView(SessionId("s")), envelope(begin))
    assert [row.text for row in report(view, envelope(event)) if isinstance(row, Line)] == lines
