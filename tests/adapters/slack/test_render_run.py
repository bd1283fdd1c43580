"""The card of a run in Block Kit."""

from __future__ import annotations

import pytest
from inline_snapshot import snapshot
from slack_shape import shape

from adapters.ports.button import on_run
from adapters.ports.cards import (
    Block,
    Button,
    Buttons,
    Failed,
    Heading,
    Note,
    Running,
    Status,
    StepRow,
    Steps,
    Thinking,
    WorkerRow,
    Workers,
)
from runtime.approvals import Risk
from runtime.events import Outcome, Phase
from runtime.ids import RunId
from runtime.plan import StepStatus

RUN = RunId("r.1")


ROWS = (
    StepRow(1, "Look", StepStatus.DONE, "found it", ("shell",)),
    StepRow(2, "Mend", StepStatus.ACTIVE),
    StepRow(3, "Tell", StepStatus.FAILED),
)
WORK: tuple[Block, ...] = (
    Heading("Find the leak", Phase.TOOL_CALLING),
    Steps(ROWS, 1, 4),
    Running("shell", "ls -l", Risk.MEDIUM, ("a", "b")),
    Thinking(("hm", "so"), None),
    Workers((WorkerRow("Read", Outcome.DONE, "done"), WorkerRow("Write")), 3),
    Note("warning", "The model was busy."),
    Status(71.0, 12_345, 0.0123, 2, "demo", "Docker, no network"),
    Buttons(
        (
            Button("Stop", on_run(RUN, "stop"), "danger"),
            Button("Details", on_run(RUN, "details")),
        )
    ),
)


def test_the_card_of_a_run() -> None:
    assert shape(*WORK) == snapshot(
        [
            "rich_text: ⏳ [bold]Find the leak[/]  Using a tool",
            """\
plan: Plan: 1 of 4 done
  complete 1. Look; With shell; found it
  in_progress 2. Mend
  error 3. Tell\
""",
            """\
rich_text: ▶ [code]shell[/] ls -l (medium risk)
```
a
b
```\
""",
            """\
rich_text: > [italic]hm
so[/]\
""",
            "rich_text: [bold]Helpers (1 more)[/]✅ Read: done⏳ Write",
            "rich_text: ⚠️ The model was busy.",
            "context: 1 min 11 s · 12,345 tokens · $0.0123 · 2 calls · demo · Docker, no network",
            """\
actions: \n\
  press:0 Stop run/r.1/stop danger
  press:1 Details run/r.1/details\
""",
        ]
    )


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        (Heading("T", Phase.THINKING), "⏳ [bold]T[/]  Thinking"),
        (Heading("T", Phase.PAUSED, waiting=True), "✋ [bold]T[/]  Waiting for you"),
        (Heading("T", Phase.IDLE, Outcome.DONE), "✅ [bold]T[/]  Done"),
        (Heading("T", Phase.IDLE, Outcome.FAILED), "❌ [bold]T[/]  Failed"),
        (Heading("T", Phase.IDLE, Outcome.CANCELLED), "⏹️ [bold]T[/]  Stopped"),
    ],
)
def test_how_a_task_stands(heading: Heading, words: str) -> None:
    assert shape(heading) == [f"rich_text: {words}"]


def test_what_is_over_is_small() -> None:
    assert shape(
        Failed("shell", "ls", "timeout", "60 s"),
        Thinking((), 7.25, 2),
        Note("error", "Docker is not running: start it."),
        Status(3.0, 0, None, 1, "", ""),
    ) == snapshot(
        [
            "rich_text: ❌ [code]shell[/] ls took too long: 60 s",
            "context: Thought for 7.2 s in 2 rounds",
            "rich_text: ❌ Docker is not running: start it.",
            "context: 3.0 s · 0 tokens · 1 call",
        ]
    )
