"""edit_file: exact first, several passages at once, patches, and hints that show white space."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from runtime.ids import SessionId
from runtime.testing.sandbox import FakeSandbox
from runtime.tools.tool import Failure, Item, Result

Call = Callable[..., Awaitable[list[Item]]]
BOX = SessionId("box")


def text(items: list[Item]) -> str:
    end = items[-1]
    assert isinstance(end, Result)
    return end.output


def failure(items: list[Item]) -> str:
    end = items[-1]
    assert isinstance(end, Failure)
    return end.message


@pytest.mark.parametrize(
    ("before", "old", "new", "after"),
    [
        ("alpha\nbeta\ngamma\ndelta\r\n", "alpha\nbeta", "A\nB", "A\nB\ngamma\ndelta\r\n"),
        ("alpha\nbeta\ngamma\r\ndelta\r\n", "gamma\ndelta", "G\nD", "alpha\nbeta\nG\r\nD\r\n"),
        ("a\nb\n", "a\r\nb", "x\r\ny", "x\ny\n"),
        ("a\r\nb\r\n", "a", "a\nz", "a\r\nz\r\nb\r\n"),
        ("a\r\nb\n", "a", "a\nz", "a\nz\r\nb\n"),
    ],
)
async def test_edit_is_exact_first_and_then_lenient_with_line_ends(
    call: Call, sandbox: FakeSandbox, before: str, old: str, new: str, after: str
) -> None:
    sandbox.put(BOX, "n", before.encode())
    await call("edit_file", path="n", old=old, new=new)
    assert sandbox.files(BOX)["n"].decode() == after


@pytest.mark.parametrize(
    ("line", "old", "shown"),
    [
        ("\treturn 1", "    return 1", 'line 1: "\\treturn 1"'),
        ("a = 1  ", "a = 1 \nb", 'line 1: "a = 1  "'),
        ("a\u00a0= 1", "a = 1", 'line 1: "a\\xa0= 1"'),
        ("a = 1\r", "  a = 1", 'line 1: "a = 1\\r"'),
    ],
)
async def test_what_differs_in_white_space_is_shown_with_it(
    call: Call, sandbox: FakeSandbox, line: str, old: str, shown: str
) -> None:
    sandbox.put(BOX, "n", f"{line}\nrest\n".encode())
    message = failure(await call("edit_file", path="n", old=old, new="z"))
    assert shown in message
    assert "white space" in message


async def test_several_passages_are_replaced_all_or_none(call: Call, sandbox: FakeSandbox) -> None:
    sandbox.put(BOX, "n", b"a\nb\nc\n")
    edits = [{"old": "a", "new": "A"}, {"old_string": "c", "new_string": "C"}]
    assert text(await call("edit_file", path="n", edits=edits)) == "Changed 2 places in n."
    assert sandbox.files(BOX)["n"] == b"A\nb\nC\n"
    wrong = [{"old": "b", "new": "B"}, {"old": "zzz", "new": "Z"}]
    assert failure(await call("edit_file", path="n", edits=wrong)).startswith("Edit 2 of 2: 0 occ")
    assert sandbox.files(BOX)["n"] == b"A\nb\nC\n"


async def test_all_occurrences_are_replaced_on_demand(call: Call, sandbox: FakeSandbox) -> None:
    sandbox.put(BOX, "n", b"a a a")
    await call("edit_file", path="n", old_string="a", new_string="b", replace_all=True)
    assert sandbox.files(BOX)["n"] == b"b b b"
    failure(await call("edit_file", path="n", old="q", new="b", count=0))


PATCH = """--- a/n
+++ b/n
@@ -1,3 +1,3 @@
 one
-two
+TWO
 three
@@ -6,2 +6,3 @@
 one
 two
+two and a half
"""


async def test_a_unified_patch_is_applied_where_it_says(call: Call, sandbox: FakeSandbox) -> None:
    sandbox.put(BOX, "n", b"one\ntwo\nthree\nfour\nfive\none\ntwo\n")
    assert text(await call("edit_file", patch=PATCH)) == "Changed 2 places in n."
    assert sandbox.files(BOX)["n"] == b"one\nTWO\nthree\nfour\nfive\none\ntwo\ntwo and a half\n"
    assert "occurrences" in failure(await call("edit_file", path="n", patch=PATCH))
