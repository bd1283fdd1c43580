"""SIGKILL around a word that comes during the final answer: it is answered all the same."""

from __future__ import annotations

import pytest
from crash_late import WORD
from crash_spec import Doom
from crash_trace import LATE, appends
from crash_world import Outcome, World

pytestmark = pytest.mark.crash

ENTRIES = sum(len(append) for append in LATE)


def test_the_word_starts_the_next_run(sqlite_world: World) -> None:
    sqlite_world.start(scenario="late").done()
    assert appends(sqlite_world.entries()) == LATE
    assert len(sqlite_world.outcome().answers) == 2


@pytest.mark.parametrize("n", range(1, ENTRIES + 1))
def test_killed_after_an_entry(sqlite_world: World, n: int) -> None:
    outcome = killed(sqlite_world, n)
    assert outcome.said == ("Clean the folder", WORD)
    assert WORD in " ".join(outcome.answers)
    assert set(outcome.ends) == {"done"}


def killed(world: World, n: int, mutation: str = "") -> Outcome:
    world.start(scenario="late", mutation=mutation, doom=Doom(point="after", n=n)).killed()
    world.start(scenario="late", mutation=mutation).done()
    return world.outcome()
