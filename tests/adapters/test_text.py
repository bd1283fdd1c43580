"""Foreign text on its way to people: what could command or deceive is gone, or written out."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.text import HIDDEN, clean, lasted, revealed, spelled

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


_UNSEEN = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp", "Zs")
_EMPTY = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180d\u2065\u2800\u3164\uffa0\ufe00\ufe0f"
    "\U000e0020\U000e0100"
)


def test_whole_categories_are_written_out() -> None:
    """Whatever stands between two letters is seen there, or is one of three that people type."""
    for number in range(sys.maxunicode + 1):
        sign = chr(number)
        if unicodedata.category(sign) in _UNSEEN and sign not in "\n\t ":
            assert revealed(f"a{sign}b") == f"a{spelled(sign)}b", hex(number)
            assert spelled(sign).isascii()


@pytest.mark.parametrize("sign", list(_EMPTY), ids=ascii)
def test_what_is_empty_in_other_categories_is_written_out_too(sign: str) -> None:
    assert sign not in revealed(f"a{sign}b")


@pytest.mark.parametrize(
    "text",
    ["naïve", "日本語", "e\u0301", "✔️ done", "1️⃣", "👍🏽", "שלום", "a\n\nb\n\n\nc", "\tx  y"],
)
def test_what_people_write_stays(text: str) -> None:
    assert revealed(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("rm a # x" + "\n" * 301 + "cat b", "rm a # x\n[300 blank lines]\ncat b"),
        ("a\n \n\t\n  \nb", "a\n[3 blank lines]\nb"),
        ("\n\n\n\na", "[4 blank lines]\na"),
        ("a" + "\r\n" * 5 + "b", "a\n[4 blank lines]\nb"),
        ("ls;" + " " * 500 + "rm b", "ls;[500 spaces]rm b"),
        ("a\n\xa0\n\xa0\n\xa0\nb", "a\n\\xa0\n\\xa0\n\\xa0\nb"),
    ],
)
def test_what_pushes_the_rest_out_of_sight_is_folded(text: str, shown: str) -> None:
    assert revealed(text) == shown


@given(text=st.text(alphabet=" \t\n\r\u200ba"))
def test_what_is_written_out_is_so_for_good(text: str) -> None:
    once = revealed(text)
    assert revealed(once) == once
