"""Foreign text on its way to people: what could command or deceive is gone, or written out."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.words import HIDDEN, clean, lasted, revealed

# Mostly what sequences are made of, so that the search finds more than stray characters.
HOSTILE = st.text(st.one_of(st.sampled_from("\x1b\x9b\x9d[]0;?m8\\\x07\r\n\tPa"), st.characters()))


@given(HOSTILE)
def test_clean_leaves_line_breaks_and_tabs(text: str) -> None:
    kept = clean(text)
    assert all(c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs") for c in kept)
    assert not set(kept) & set("\u061c\u200e\u200f\u2028\u202e\u2066")
    assert clean(kept) == kept


@given(HOSTILE)
def test_nothing_hides_in_what_is_revealed(text: str) -> None:
    assert HIDDEN.search(revealed(text)) is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ls -l\n\tx ❤️", "ls -l\n\tx ❤️"),
        ("a\r\nb\rc", "a\nb\\rc"),
        ("rm \u202etxt.exe", "rm \\u202etxt.exe"),
        ("to\u3164ken", "to\\u3164ken"),
        ("a\U000e0041", "a\\U000e0041"),
        ("half \ud83d", "half \\ud83d"),
    ],
)
def test_revealed(text: str, shown: str) -> None:
    assert revealed(text) == shown


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-1, "0.0 s"), (9.94, "9.9 s"), (59.4, "59 s"), (61, "1 min 01 s"), (3_660, "1 h 01 min")],
)
def test_lasted(seconds: float, words: str) -> None:
    assert lasted(seconds) == words


def test_one_long_line_is_read_once() -> None:
    """Searched from each of its letters, it would take minutes."""
    line = "\t" + "x" * 500_000
    assert clean(line) == line
    assert clean(f"{line}\rdone") == "done"
