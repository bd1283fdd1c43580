"""A turn without calls is the answer only if it leaves nothing open; endless ways end."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from runtime.decide.loose_ends import announces
from runtime.folds.state import Made, cycle

TABLE: dict[str, list[str]] = yaml.safe_load(
    (Path(__file__).parent / "announcements.yaml").read_text("utf-8")
)


@pytest.mark.parametrize("text", TABLE["announcements"])
def test_an_announcement_is_no_answer(text: str) -> None:
    assert announces(text)


@pytest.mark.parametrize("text", TABLE["answers"])
def test_an_answer_is_no_announcement(text: str) -> None:
    assert not announces(text)


@pytest.mark.parametrize(
    ("calls", "rounds", "way"),
    [
        ("", 0, ""),
        ("a", 1, "a"),
        ("ab", 1, "b"),
        ("aaa", 3, "a"),
        ("xaaaa", 4, "a"),
        ("abab", 2, "ab"),
        ("ababab", 3, "ab"),
        ("ababaab", 1, "b"),
        ("xyabcabcabc", 3, "abc"),
        ("abcdefgabcdefgabcdefg", 3, "abcdefg"),
        ("abababa", 3, "ba"),
        ("abcd", 1, "d"),
    ],
)
def test_ways_around_of_any_length_are_counted(calls: str, rounds: int, way: str) -> None:
    found = cycle([Made(name, name) for name in calls])
    if rounds > 1 or len(calls) < 2:
        assert (found[0], "".join(made.digest for made in found[1])) == (rounds, way)
    assert found[0] == rounds
