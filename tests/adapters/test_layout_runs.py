"""An approval shows the files that a command runs below the exact command, on every platform."""

from __future__ import annotations

from datetime import timedelta

from adapters_play import CALL, GATE, Play, started

from adapters.layout.layout import layout
from adapters.ports.cards import Card, Operation
from adapters.ports.limits import Limits
from runtime.approvals import Risk, Rule, Subject
from runtime.events import ApprovalRequired
from runtime.testing.clock import START


def asked(runs: str) -> Card:
    gate = ApprovalRequired(
        approval_id=GATE, call_id=CALL, tool="shell", operation="bash x.sh", risk=Risk.MEDIUM,
        why="deletes", rule=Rule(), subject=Subject(value="bash x.sh"), digest="d",
        expires_at=START + timedelta(hours=1), runs=runs,
    )  # fmt: skip
    return layout(Play(started(), gate).view, Limits())[-1]


def shown(card: Card) -> list[tuple[str, str]]:
    return [(b.text, b.language) for b in card.blocks if isinstance(b, Operation)]


def test_the_files_that_a_command_runs_stand_below_it() -> None:
    card = asked("runs 'x.sh': 9 bytes")
    assert shown(card) == [("bash x.sh", "shell"), ("runs 'x.sh': 9 bytes", "text")]


def test_long_files_leave_the_command_whole_and_are_said_to_be_cut() -> None:
    command, runs = (b for b in asked("y\n" * 9_000).blocks if isinstance(b, Operation))
    assert (command.text, command.cut) == ("bash x.sh", 0)
    assert runs.cut > 0
    assert runs.lines > 0
