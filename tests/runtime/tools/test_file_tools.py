"""read, write, edit, list and search: exact, bounded, and helpful where they refuse."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable

import pytest

from runtime.errors import ToolError
from runtime.ids import SessionId
from runtime.ports import Exited, Output
from runtime.testing.sandbox import FakeSandbox
from runtime.tools.list_files import SHOWN
from runtime.tools.read_file import SHOWN as SHOWN_BYTES
from runtime.tools.search_files import MATCHES
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
    assert end.kind == "failed"
    return end.message


# --- read_file ---


async def test_lines_come_exactly_under_a_head_line(call: Call, sandbox: FakeSandbox) -> None:
    sandbox.put(BOX, "a.txt", b"one\n\ttwo  \nthree")
    assert text(await call("read_file", path="/workspace/a.txt")) == (
        "[a.txt: lines 1 to 3 of 3, 16 bytes in all]\none\n\ttwo  \nthree"
    )


@pytest.mark.parametrize(
    ("offset", "limit", "shown"),
    [
        (
            1,
            2,
            "[n: lines 1 to 2 of 4, 8 bytes in all]\n1\n2\n[there is more: go on with offset=3]",
        ),
        (3, 2, "[n: lines 3 to 4 of 4, 8 bytes in all]\n3\n4\n"),
        (4, 9, "[n: lines 4 to 4 of 4, 8 bytes in all]\n4\n"),
        (5, 1, "[n has only 4 lines; offset 5 is past it]"),
    ],
)
async def test_parts_of_a_file(
    call: Call, sandbox: FakeSandbox, offset: int, limit: int, shown: str
) -> None:
    sandbox.put(BOX, "n", b"1\n2\n3\n4\n")
    assert text(await call("read_file", path="n", offset=offset, limit=limit)) == shown


async def test_only_a_line_feed_ends_a_line(call: Call, sandbox: FakeSandbox) -> None:
    sandbox.put(BOX, "n", "a\x0cb\u2028c\r\nd".encode())
    assert "lines 1 to 2 of 2" in text(await call("read_file", path="n"))
    sandbox.put(BOX, "n", b"a\x0cb\rc")
    assert "lines 1 to 1 of 1" in text(await call("read_file", path="n"))


async def test_an_empty_file(call: Call, sandbox: FakeSandbox) -> None:
    sandbox.put(BOX, "n", b"")
    assert text(await call("read_file", path="n")) == "[n is empty]"


async def test_a_long_file_is_cut_at_a_line_end(call: Call, sandbox: FakeSandbox) -> None:
    sandbox.put(BOX, "n", b"".join(b"%05d\n" % n for n in range(90_000)))
    shown = text(await call("read_file", path="n", limit=50_000))
    assert len(shown.encode()) < SHOWN_BYTES + 200
    last = SHOWN_BYTES // 6
    assert shown.endswith(f"{last - 1:05}\n[there is more: go on with offset={last + 1}]")


async def test_a_long_line_is_cut_within_its_characters(call: Call, sandbox: FakeSandbox) -> None:
    sandbox.put(BOX, "n", ("a" + "é" * SHOWN_BYTES).encode())
    shown = text(await call("read_file", path="n"))
    assert shown.endswith(f"é\n[line 1 is longer than {SHOWN_BYTES:,} bytes and was cut]")


async def test_a_huge_file_says_what_cannot_be_read(call: Call, sandbox: FakeSandbox) -> None:
    sandbox.put(BOX, "n", ("é\n" * 700_000).encode())  # the limit falls within a line
    shown = text(await call("read_file", path="n", offset=349_520))
    assert "of more than 349,525, 2,100,000 bytes in all]" in shown
    assert shown.endswith("[only the first 1,048,576 bytes can be read: use shell for more]")


async def test_binary_files_are_described(call: Call, sandbox: FakeSandbox) -> None:
    data = b"\x89PNG\r\n\x1a\n\0"
    sandbox.put(BOX, "a.png", data)
    shown = text(await call("read_file", path="a.png"))
    for word in ("binary", "9 bytes", "image/png", hashlib.sha256(data).hexdigest()):
        assert word in shown


async def test_a_missing_file_is_told(call: Call) -> None:
    with pytest.raises(ToolError, match="does not exist"):
        await call("read_file", path="n")


# --- write_file, edit_file ---


async def test_write_replaces_the_whole_file(call: Call, sandbox: FakeSandbox) -> None:
    sandbox.put(BOX, "a/n", b"old")
    (end,) = await call("write_file", path="a/n", content="é\nb\n")
    assert end == Result("Wrote a/n: 2 lines, 5 bytes.", changed=("~a/n",))
    assert sandbox.files(BOX) == {"a/n": "é\nb\n".encode()}
    (end,) = await call("write_file", path="b", content="")
    assert end == Result("Wrote b: 0 lines, 0 bytes.", changed=("+b",))


async def test_edit_replaces_exactly(call: Call, sandbox: FakeSandbox) -> None:
    sandbox.put(BOX, "n", b"a = 1\nb = 1\n")
    assert (
        text(await call("edit_file", path="n", old="b = 1", new="b = 2")) == "Changed 1 place in n."
    )
    assert sandbox.files(BOX)["n"] == b"a = 1\nb = 2\n"


async def test_edit_of_several_places_wants_their_number(call: Call, sandbox: FakeSandbox) -> None:
    sandbox.put(BOX, "n", b"a = 1\nb = 1\n")
    assert failure(await call("edit_file", path="n", old="= 1", new="= 2")) == (
        "2 occurrences of `old` in n, expected 1. Nothing was changed. They begin in lines 1, 2. "
        "Take more lines around the place into `old`, or give count=2 to replace all."
    )
    await call("edit_file", path="n", old="= 1", new="= 2", count=2)
    assert sandbox.files(BOX)["n"] == b"a = 2\nb = 2\n"


@pytest.mark.parametrize(
    ("old", "words"),
    [
        ("  return 1", ["0 occurrences", 'line 2: "\\treturn 1"']),
        ("def f(y):\n    return 1", ["line 1: def f(x):"]),
        ("nothing of the kind at all", ["No line looks like it"]),
        ("\n \n", ["No line looks like it"]),
    ],
)
async def test_edit_shows_what_looks_like_it(
    call: Call, sandbox: FakeSandbox, old: str, words: list[str]
) -> None:
    sandbox.put(BOX, "n", b"def f(x):\n\treturn 1\n")
    message = failure(await call("edit_file", path="n", old=old, new="z"))
    assert [word for word in words if word not in message] == []
    assert sandbox.effects == {}


async def test_edit_keeps_windows_line_ends(call: Call, sandbox: FakeSandbox) -> None:
    sandbox.put(BOX, "n", b"a\r\nb\r\nc\r\n")
    await call("edit_file", path="n", old="a\nb", new="a\nx\nb")
    assert sandbox.files(BOX)["n"] == b"a\r\nx\r\nb\r\nc\r\n"


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"\xff", "no UTF-8 text"), (b"a" * (1 << 20) + b"b", "more than the 1,048,576")],
)
async def test_edit_refuses_what_it_would_damage(
    call: Call, sandbox: FakeSandbox, data: bytes, words: str
) -> None:
    sandbox.put(BOX, "n", data)
    with pytest.raises(ToolError, match=words):
        await call("edit_file", path="n", old="a", new="b")


# --- list_files ---


async def test_listing(call: Call, sandbox: FakeSandbox) -> None:
    for path in ("b/c.txt", "a.txt", ".git/config", "b/node_modules/x/y.js"):
        sandbox.put(BOX, path, b"12345")
    assert text(await call("list_files")).splitlines() == [
        ".git/ (not opened)",
        "a.txt  5",
        "b/",
        "b/c.txt  5",
        "b/node_modules/ (not opened)",
    ]
    assert text(await call("list_files", path="b/node_modules")).splitlines() == [
        "b/node_modules/x/",
        "b/node_modules/x/y.js  5",
    ]


async def test_an_empty_workspace(call: Call) -> None:
    assert text(await call("list_files")) == "[. is empty]"


async def test_a_long_listing_says_so(call: Call, sandbox: FakeSandbox) -> None:
    for n in range(SHOWN + 7):
        sandbox.put(BOX, f"f{n:04}", b"")
    (end,) = await call("list_files")
    assert isinstance(end, Result)
    assert end.truncated
    assert end.output.splitlines()[-1] == "[at least 7 more entries: list a folder below .]"


# --- search_files ---


def is_search(pattern: str, path: str) -> Callable[[tuple[str, ...]], bool]:
    return lambda argv: argv[3:] == ("search", pattern, path)


async def test_search_hands_pattern_and_path_over_untouched(
    call: Call, sandbox: FakeSandbox
) -> None:
    pattern = "-e$(touch x); '\"`"
    sandbox.on(is_search(pattern, "./-a b"), Output("./-a b/n:3:hit\n"), Exited(0, "exit", 0.1))
    assert text(await call("search_files", pattern=pattern, path="-a b")) == "-a b/n:3:hit"


@pytest.mark.parametrize(
    ("items", "shown"),
    [
        ([], "No matches."),
        ([Output("./a:1:x\n"), Output("./b: Permission denied\n", "stderr")], "a:1:x"),
    ],
)
async def test_search_results(
    call: Call, sandbox: FakeSandbox, items: list[Output], shown: str
) -> None:
    sandbox.on(is_search("x", "."), *items)
    assert text(await call("search_files", pattern="x")) == shown


async def test_a_broken_pattern_is_told(call: Call, sandbox: FakeSandbox) -> None:
    sandbox.on(is_search("(", "."), Output("regex parse error:\n  unclosed group\n", "stderr"))
    assert "unclosed group" in failure(await call("search_files", pattern="("))


async def test_many_matches_are_bounded(call: Call, sandbox: FakeSandbox) -> None:
    sandbox.on(is_search("x", "."), *(Output(f"./f:{n}:x\n") for n in range(MATCHES + 1)))
    *_, end = await call("search_files", pattern="x")
    assert isinstance(end, Result)
    assert end.truncated
    assert end.output.splitlines()[-2:] == [
        f"f:{MATCHES - 1}:x",
        f"[more than {MATCHES} matches: narrow the pattern or the path]",
    ]


async def test_a_search_that_takes_too_long_is_told(call: Call, sandbox: FakeSandbox) -> None:
    sandbox.on(is_search("x", "."), Output("./a:1:x\n"), Exited(None, "timeout", 60.0))
    *_, end = await call("search_files", pattern="x")
    assert isinstance(end, Failure)
    assert (end.kind, end.output) == ("timeout", "./a:1:x\n")
