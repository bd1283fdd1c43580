"""Bounding: never over the bound, valid text, and it says what is missing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.tools.excerpt import Excerpt, excerpt, one_line, readable

NOTE = re.compile(r"\[… ([\d,]+) lines, ([\d,]+) bytes left out …\]\n")

pieces = st.lists(st.text(alphabet=st.sampled_from("ab é🙂\n\r\x1b"), max_size=80), max_size=30)


def size(text: str) -> int:
    return len(text.encode())


@given(pieces, st.integers(0, 200), st.integers(0, 200))
def test_an_excerpt_is_bounded_and_counts_what_it_left_out(
    texts: list[str], head: int, tail: int
) -> None:
    cut = Excerpt(head, tail)
    for text in texts:
        cut.add(text)
    whole = "".join(texts)
    if not cut.truncated:
        assert cut.text == whole
        return
    assert size(cut.text) <= head + tail + 80
    note = NOTE.search(cut.text)
    assert note is not None
    before, after = cut.text[: note.start()], cut.text[note.end() :]
    lines, left_out = (int(number.replace(",", "")) for number in note.groups())
    before = before if whole.startswith(before) else before.removesuffix("\n")  # joins the note
    assert whole.startswith(before)
    assert whole.endswith(after)
    kept = size(before) + size(after)
    assert left_out in (size(whole) - kept, size(whole) - kept + 1)
    assert lines <= whole.count("\n")


@given(pieces, st.integers(0, 100), st.integers(0, 100))
def test_it_does_not_matter_how_text_arrives(texts: list[str], head: int, tail: int) -> None:
    cut = Excerpt(head, tail)
    for text in texts:
        cut.add(text)
    assert cut.text == excerpt("".join(texts), head=head, tail=tail)


def test_cuts_fall_at_line_ends() -> None:
    text = "".join(f"line {n}\n" for n in range(1000))
    cut = excerpt(text, head=50, tail=50)
    assert cut.splitlines()[:2] == ["line 0", "line 1"]
    assert "[… 988 lines, 8,796 bytes left out …]" in cut
    assert cut.endswith("line 998\nline 999\n")
    for line in cut.splitlines():
        assert re.fullmatch(r"line \d+|\[….+…\]", line)


def test_memory_stays_bounded() -> None:
    cut = Excerpt(100, 100)
    for _ in range(10_000):
        cut.add("x" * 1000)
    assert cut.truncated
    assert "9,999,8" in cut.text  # of ten million bytes all but two hundred


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain\ntext", "plain\ntext"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("10%\r50%\r100%\n", "100%\n"),
        ("10%\r50%\r", "50%"),
        ("dos\r\nlines\r\n", "dos\nlines\n"),
        ("a\x00b\x07c", "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c"),
        ("tab\tstays", "tab\tstays"),
    ],
)
def test_readable(raw: str, shown: str) -> None:
    assert readable(raw) == shown


@given(st.text(), st.integers(1, 120))
def test_one_line_is_one_line(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert len(line.splitlines()) <= 1
