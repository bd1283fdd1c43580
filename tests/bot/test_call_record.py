"""Details of a call: nobody takes a failure for a success."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.call_record import call_record
from runtime.approvals import Risk
from runtime.ids import CallId
from runtime.view import CallView

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
