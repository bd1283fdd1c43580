"""Hostile text: nothing that reaches the terminal may command it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.terminal.sanitize import clean, one_line

# Mostly what sequences are made of, so that the search finds more than stray characters.
HOSTILE = st.text(st.one_of(st.sampled_from("\x1b\x9b\x9d[]0;?m8\\\x07\r\n\tPa"), st.characters()))


@given(HOSTILE)
def test_only_line_breaks_are_left(text: str) -> None:
    kept = clean(text)
    assert all(c == "\n" or unicodedata.category(c) not in ("Cc", "Cs") for c in kept)
    assert not set(kept) & set("\u202a\u202e\u2066\u2069\u200f\u2028")
    assert clean(kept) == kept


@given(HOSTILE, st.integers(2, 30))
def test_one_line_is_one_line(text: str, width: int) -> None:
    line = one_line(text, width)
    assert "\n" not in line
    assert len(line) <= width


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("plain", "plain"),
        ("Ünïcode 👩‍💻 字", "Ünïcode 👩‍💻 字"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[2J\x1b[Hgone", "gone"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]52;c;c3RlYWw=\x07", ""),
        ("\x1b]0;never ended", ""),
        ("\x1bP+q544e\x1b\\x", "x"),
        ("\x9b31mc1", "c1"),
        ("\x1bc reset", " reset"),
        ("10%\r50%\r100%", "100%"),
        ("a\r\nb\r\n", "a\nb\n"),
        ("a\tb", "a    b"),
        ("safe\u202egpj.exe", "safegpj.exe"),
        ("bell\x07 back\x08 del\x7f null\x00", "bell back del null"),
        ("half \ud83d", "half "),
    ],
)
def test_texts(text: str, kept: str) -> None:
    assert clean(text) == kept
