"""Markdown is split where it may be, stays what it is, and keeps its boundaries while it grows."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from adapters.markdown.split import split

PIECES = (
    "```", "```py\n", "~~~\n", "\n", "\n\n", "[", "](", ")", "](https://example.org/a_(b))", "`",
    "| a | b |\n|---|---|\n", "| 1 | 2 |\n", "word ", "Satz. ", "- ", "> ", "1. ", "# ", "<b>",
    "\r\n", "\t", "é", "👩\u200d👩\u200d👧", "x" * 90,
)  # fmt: skip
Texts = st.lists(st.sampled_from(PIECES), max_size=120).map("".join)
PARSER = MarkdownIt("commonmark").enable("table")


@settings(max_examples=150, deadline=None)
@given(text=Texts, limit=st.sampled_from((200, 300, 600)))
@example(text="", limit=200)
@example(text="`" * 900, limit=200)
@example(text="👩\u200d👩\u200d👧" * 100, limit=200)
def test_every_split_is_exact_and_fits(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert "".join(part.source for part in parts) == text
    assert all(len(part.text) <= limit for part in parts)
    assert all(part.source for part in parts) or not text


@settings(max_examples=100, deadline=None)
@given(text=Texts, at=st.integers(0, 2_000))
def test_boundaries_stay_while_the_text_grows(text: str, at: int) -> None:
    early, late = split(text[:at], 200), split(text, 200)
    assert [p.source for p in early[:-1]] == [p.source for p in late[: len(early) - 1]]


Paragraph = st.integers(1, 30).map(lambda n: "Words and more words. " * n + "\n\n")
Fence = st.integers(1, 40).map(lambda n: "```python\n" + "x = 1\n" * n + "```\n\n")
Link = st.integers(1, 40).map(
    lambda n: "see [the docs of it](https://example.org/a/b) " * n + "\n\n"
)
Table = st.integers(1, 30).map(lambda n: "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * n + "\n")


@settings(max_examples=100, deadline=None)
@given(blocks=st.lists(st.one_of(Paragraph, Fence, Link, Table), max_size=8))
def test_each_part_renders_as_its_piece_of_the_whole(blocks: list[str]) -> None:
    text = "".join(blocks)
    parts = [PARSER.render(part.text) for part in split(text, 400)]
    whole = PARSER.render(text)
    for mark in ("<a href", "x = 1", "<td>1</td>"):
        assert sum(part.count(mark) for part in parts) == whole.count(mark)
    assert not any("```" in part or "](" in part or "|--" in part for part in parts)


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("a " * 60 + "\n\n" + "b " * 60, ["a " * 60 + "\n\n", "b " * 60]),
        (
            "```js\n" + "1;\n" * 80,
            ["```js\n" + "1;\n" * 56 + "```", "```js\n" + "1;\n" * 24 + "```"],
        ),
        ("~~~\n" + "y" * 250, ["~~~\n" + "y" * 171 + "\n~~~", "~~~\n" + "y" * 79 + "\n~~~"]),
        (
            "> ```\n" + "> 1\n" * 60,
            ["> ```\n" + "> 1\n" * 42 + "> ```", "> ```\n" + "> 1\n" * 18 + "> ```"],
        ),
    ],
)  # fmt: skip
def test_cuts(text: str, texts: list[str]) -> None:
    assert [part.text for part in split(text, 200)] == texts


def test_an_open_fence_is_closed_for_the_eye_alone() -> None:
    (part,) = split("```py\nx", 200)
    assert (part.source, part.text) == ("```py\nx", "```py\nx\n```")


def test_no_grapheme_is_cut() -> None:
    family = "👩\u200d👩\u200d👧"
    for part in split(family * 100, 200):
        assert part.source == family * (len(part.source) // len(family))


def test_a_fence_that_fits_is_not_cut() -> None:
    fence = "```\n" + "line\n" * 15 + "```\n"
    parts = split("x " * 70 + "\n\n" + fence + "\nafter", 200)
    assert parts[1].text.startswith(fence)
