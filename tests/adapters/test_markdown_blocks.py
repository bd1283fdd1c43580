"""Markdown is split before a message would have too many blocks, or a table too many rows."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from adapters.markdown.split import split

PIECES = (
    "# a\n", "b\n", "\n", "---\n", "===\n", "- c\n", "2. d\n", "  e\n", "    f\n", "> g\n", "```\n",
    "~~~", "| h | i |\n", "|---|---|\n", "| 1 | 2 |\n", "<b>\n", "[j]: /k\n", "\r\n", "\r",
    "x" * 90, "2", ".", " ", "-", "#", "|", "`",
)  # fmt: skip
Texts = st.lists(st.sampled_from(PIECES), max_size=80).map("".join)
PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")


def blocks(text: str) -> int:
    return sum(token.level == 0 and token.nesting >= 0 for token in PARSER.parse(text))


def rows(text: str) -> list[int]:
    """Below the head of each table that stands in no other block."""
    return [
        token.map[1] - token.map[0] - 2
        for token in PARSER.parse(text)
        if token.type == "table_open" and token.level == 0 and token.map
    ]


@settings(max_examples=200, deadline=None)
@given(text=Texts, most=st.sampled_from((2, 3, 7)))
@example(text="# a\n" * 50, most=2)
@example(text="| h |\n|---|\n" + "| 1 |\n" * 50, most=2)
def test_no_part_has_more(text: str, most: int) -> None:
    parts = split(text, 300, most, most)
    assert "".join(part.source for part in parts) == text
    assert all(len(part.text) <= 300 for part in parts)
    assert all(part.source for part in parts) or not text
    for part in parts:
        assert blocks(part.text) <= most
        assert all(count <= most for count in rows(part.text))


@settings(max_examples=200, deadline=None)
@given(text=Texts, at=st.integers(0, 600), most=st.sampled_from((2, 3, 7)))
@example(text="- a\n\n2. b\n", at=6, most=2)
def test_boundaries_stay_while_the_text_grows(text: str, at: int, most: int) -> None:
    early, late = split(text[:at], 300, most, most), split(text, 300, most, most)
    assert [p.source for p in early[:-1]] == [p.source for p in late[: len(early) - 1]]


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("# a\n\nb\n\n# c\n", ["# a\n\nb\n\n", "# c\n"]),
        ("a\n\nb\n\nc", ["a\n\nb\n\nc"]),
        (
            "|a|\n|-|\n|1|\n|2|\n|3|\n|4|\nb",
            ["|a|\n|-|\n|1|\n|2|\n", "|a|\n|-|\n|3|\n|4|\nb"],
        ),
        ("```\n# a\n# b\n# c\n# d\n```\n", ["```\n# a\n# b\n# c\n# d\n```\n"]),
    ],
)
def test_cuts(text: str, texts: list[str]) -> None:
    """One place is kept for a line that is not complete."""
    assert [part.text for part in split(text, 200, 3, 3)] == texts


def test_who_has_no_such_limit_is_not_cut() -> None:
    assert len(split("# a\n" * 900, 4_000)) == 1
