"""Details of a call: nobody takes a failure for a success."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from pydantic import JsonValue

from adapters.web.render import work
from bot.call_record import call_record
from bot.terminal.calls import call_lines
from bot.terminal.gates import gate_lines
from runtime.approvals import Risk, Rule
from runtime.events import ToolCallStart
from runtime.ids import Actor, ApprovalId, CallId, RunId
from runtime.tools.diff import unified
from runtime.tools.edit_file import EditFile
from runtime.view import CallView, GateView, RunView

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PYTEST = CallView(
    CallId("c"), "shell", "pytest -q", {"command": "pytest -q"}, Risk.LOW, "done",
    output="F.\nE   assert 1 == 2\n1 failed in 0.1 s\n", exit_code=1, seconds=2.3,
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "first"),
    [
        ({}, "- ✗ shell `pytest -q` **exit 1**, 2.3 s"),
        ({"exit_code": 0}, "- ✓ shell `pytest -q` exit 0, 2.3 s"),
        ({"exit_code": 137}, "- ✗ shell `pytest -q` **exit 137**, 2.3 s"),
        ({"exit_code": None}, "- ✓ shell `pytest -q` 2.3 s"),
        ({"status": "running"}, "- ◐ shell `pytest -q` running"),
        ({"status": "failed", "failure": "oom"}, "- ✗ shell `pytest -q` **oom**, 2.3 s"),
        ({"reported": True}, "- ? shell `pytest -q` the container reports: exit 1"),
        ({"status": "failed"}, "- ✗ shell `pytest -q` **failed**, 2.3 s"),
    ],
    ids=str,
)  # fmt: skip
def test_how_it_ended(change: dict[str, object], first: str) -> None:
    assert call_record(replace(PYTEST, **change))[0] == first


def test_the_end_of_what_it_said() -> None:
    call = replace(PYTEST, output="\n".join(f"line {n}" for n in range(50)) + "\n`x`\u202e\n\n")
    shown = call_record(call)[1:]
    assert shown == (*(f"  `line {n}`" for n in range(46, 50)), "  `'x'\\u202e`")


def test_why_it_failed() -> None:
    call = replace(PYTEST, status="failed", failure="oom", message="It needed 2 GiB.", output="")
    assert call_record(call)[1:] == ("  It needed 2 GiB.",)


def test_an_edit_is_a_difference() -> None:
    edit = replace(
        PYTEST, tool="edit_file", summary="app.py", output="Done.", exit_code=None,
        arguments={"path": "app.py", "old": "a\nb\nc", "new": "a\nB\nc", "count": 1},
    )  # fmt: skip
    assert call_record(edit)[1:] == (
        "  `@@ -1,3 +1,3 @@`", "  `a`", "  `-b`", "  `+B`", "  `c`", "  `Done.`",
    )  # fmt: skip
    long = replace(edit, arguments={"old": "a\n" * 90, "new": "b\n" * 90})
    assert "more lines" in "\n".join(call_record(long))


EDITS = [
    ("a\nb\nc", "a\nB\nc"),
    ("Grüße\n", "Grüße, Welt\n"),
    ("x = '`'\n", 'x = "```"\n'),
    ("gone\n", ""),
]


@pytest.mark.parametrize(("old", "new"), EDITS)
def test_every_surface_shows_the_same_difference(old: str, new: str) -> None:
    """And none shows the arguments `old`, `new` and `count` of an edit."""
    arguments: dict[str, JsonValue] = {"path": "app.py", "old": old, "new": new, "count": 1}
    call = replace(PYTEST, tool="edit_file", arguments=arguments, exit_code=None)
    rows = [row for row in unified("app.py", old, new).split("\n")[2:] if row[0] in "+-"]
    start = ToolCallStart(
        call_id=call.call_id, tool="edit_file", summary="Edit app.py", arguments=arguments
    )
    terminal = "\n".join(row.text for row in call_lines(None, start))
    page = unescape(re.sub("<[^>]*>", "", work.call(call)))
    details = "\n".join(call_record(call)).replace("'", "`")
    for row in rows:
        assert f"  │ {row}" in terminal
        assert row in page
        assert f"`{row}`".replace("'", "`") in details
    assert "count" not in page
    assert "old" not in page
    assert "new" not in page


def test_an_edit_that_waits_for_approval_is_a_difference_and_is_shown_once() -> None:
    params = EditFile.params(path="app.py", old="a\nb", new="a\nB")
    operation = EditFile().judge(params).operation
    gate = GateView(
        ApprovalId("a1"), PYTEST.call_id, "edit_file", operation, Risk.MEDIUM, "", Rule(), NOW,
        NOW + timedelta(days=1),
    )  # fmt: skip
    run = RunView(RunId("s.1"), "Mend", Actor(id="ann"), "demo", NOW, gates=(gate,))
    asked = gate_lines(gate, run, NOW)
    styles = {row.text: row.spans[-1].style for row in asked}
    assert (styles["  │ -b"], styles["  │ +B"], styles["  │  a"]) == ("bad", "good", "dim")
    start = ToolCallStart(
        call_id=PYTEST.call_id, tool="edit_file", summary="Edit app.py",
        arguments=params.model_dump(mode="json"),
    )  # fmt: skip
    assert "+B" not in "".join(row.text for row in call_lines(run, start))


def test_of_a_long_edit_the_terminal_shows_the_beginning() -> None:
    arguments: dict[str, JsonValue] = {"path": "a", "old": "a\n" * 90, "new": "b\n" * 90}
    start = ToolCallStart(
        call_id=PYTEST.call_id, tool="edit_file", summary="Edit a", arguments=arguments
    )
    rows = [row.text for row in call_lines(None, start)]
    assert len(rows) == 22
    assert rows[-1] == "  │ … 163 more lines"
