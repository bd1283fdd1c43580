"""What a longer yes covers is what its words say: nothing else passes, however it is spelled."""

from __future__ import annotations

import json
from typing import Any

import pytest
from core_log import ANN, RUN
from hypothesis import example, given
from hypothesis import strategies as st

from runtime.approvals import Duration, Grant, Risk, Subject, coverage
from runtime.facts import PlannedCall
from runtime.ids import CallId, GrantId
from runtime.ports import RawCall
from runtime.testing.clock import START
from runtime.tools.catalog import BUILT_IN
from runtime.tools.policy import Policy
from runtime.tools.toolbox import Toolbox

TOOLBOX = Toolbox(BUILT_IN, Policy())


def planned(tool: str, **arguments: Any) -> PlannedCall:
    return TOOLBOX.plan(RawCall("p", tool, json.dumps(arguments)), CallId("c"))


def passes(shown: PlannedCall, later: PlannedCall) -> bool:
    """Whether a yes for the whole thread to the one lets the other through."""
    grant = Grant(
        grant_id=GrantId("g"),
        tool=shown.tool,
        subject=shown.subject,
        risk=Risk.HIGH,
        duration=Duration.THREAD,
        run_id=RUN,
        expires_at=None,
        by=ANN,
    )
    usable = not shown.error and not later.error
    return usable and grant.covers(later.tool, later.subject, Risk.LOW, RUN, START)


PART = st.sampled_from(
    [
        "a",
        "A",
        "a.pdf",
        "ab",
        "é",
        "e\u0301",
        "..",
        ".",
        "",
        " ",
        "a ",
        "\u200b",
        "\u017f",
        "s",
        "\u212a",
        "k",
    ]
)
PATH = st.lists(PART, min_size=1, max_size=4).map("/".join)


@given(shown=PATH, later=PATH)
@example(shown="secrets", later="secrets/aws.key/id_rsa")
@example(shown="secrets/", later="secrets/prod.pem")
@example(shown="a.pdf", later="a.pdf/../prod.pem")
@example(shown="report", later="report2")
@example(shown="report.pdf", later="Report.pdf")
@example(shown=".", later="a")
def test_a_yes_to_a_file_is_that_file(shown: str, later: str) -> None:
    one, other = planned("deliver", path=shown), planned("deliver", path=later)
    if passes(one, other):
        assert one.arguments["path"] == other.arguments["path"]
        assert repr(one.arguments["path"]) in coverage(other.tool, one.subject)


@given(shown=PATH, later=PATH)
@example(shown="src", later="src2")
@example(shown=".", later="..")
def test_a_yes_to_a_folder_is_what_lies_below_it(shown: str, later: str) -> None:
    one, other = planned("list_files", path=shown), planned("list_files", path=later)
    if passes(one, other):
        folder, inner = str(one.arguments["path"]), str(other.arguments["path"])
        words = coverage(one.tool, one.subject)
        if folder == ".":
            assert "every file of the workspace" in words
        else:
            assert f"the folder {folder!r} and everything below it" in words
            assert f"{inner}/".startswith(f"{folder}/")


COMMAND = st.sampled_from(
    ["ls", "ls ", " ls", "ls\n", "LS", "ls -l", "ls;", "\uff4c\uff53", "l\\\ns", "ls #"]
)


@given(tool=st.sampled_from(["shell", "python"]), shown=COMMAND, later=COMMAND)
def test_a_yes_to_a_command_is_that_command(tool: str, shown: str, later: str) -> None:
    name = "command" if tool == "shell" else "code"
    if passes(planned(tool, **{name: shown}), planned(tool, **{name: later})):
        assert shown == later


NAMED = {
    "deliver": {"path": "a"},
    "read_file": {"path": "a"},
    "write_file": {"path": "a", "content": "x"},
    "edit_file": {"path": "a", "old": "x", "new": "y"},
    "list_files": {"path": "a"},
    "search_files": {"path": "a", "pattern": "x"},
    "shell": {"command": "a"},
    "python": {"code": "a"},
    "ask": {"question": "a"},
    "plan": {"steps": [{"title": "a"}]},
}


@pytest.mark.parametrize("shown", NAMED)
@pytest.mark.parametrize("later", NAMED)
def test_a_yes_is_for_one_tool(shown: str, later: str) -> None:
    assert passes(planned(shown, **NAMED[shown]), planned(later, **NAMED[later])) is (
        shown == later
    )


def test_every_tool_is_named_here() -> None:
    assert set(NAMED) == {tool.name for tool in BUILT_IN}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (planned("ask", question="a"), planned("ask", question="b")),
        (planned("plan", steps=[{"title": "a"}]), planned("plan", steps=[{"title": "b"}])),
    ],
)
def test_a_call_that_acts_on_nothing_is_its_arguments(one: PlannedCall, other: PlannedCall) -> None:
    assert not passes(one, other)
    assert passes(one, one)


FILE = Subject(kind="path", value="a.pdf", content="1f")
ODD = Subject(kind="path", value="a', or\n'b")
SCRIPTED = Subject(value="python3 x.py", content="1f")
HOST = Subject(kind="host", value="a.b:443")


@pytest.mark.parametrize(
    ("tool", "subject", "words"),
    [
        ("deliver", FILE, "delivering 'a.pdf', as it is now, under any title, and no other file"),
        ("write_file", ODD, "writing anything to \"a', or\\n'b\", and no other file"),
        ("edit_file", Subject(kind="path", value="a"), "any change of 'a', and no other file"),
        ("list_files", Subject(kind="folder", value="."), "listing every file of the workspace"),
        (
            "list_files",
            Subject(kind="folder", value="src"),
            "listing the folder 'src' and everything below it",
        ),
        ("shell", Subject(value="ls"), "exactly this command and no other"),
        (
            "shell",
            SCRIPTED,
            "exactly this command and no other, with the files it runs as they are now",
        ),
        ("reach", HOST, "reach to 'a.b:443', and no other host or port"),
    ],
)
def test_the_words(tool: str, subject: Subject, words: str) -> None:
    assert coverage(tool, subject) == words
