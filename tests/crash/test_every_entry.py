"""SIGKILL at every entry of the reference run: the next process ends it as if nothing had been."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from crash_spec import Doom
from crash_trace import APPENDS, ENDS, STARTS, TAGS, appends
from crash_world import Outcome, World

pytestmark = pytest.mark.crash

AFTER = [pytest.param(n, id=f"{n}-{TAGS[n - 1]}") for n in ENDS]
BEFORE = [pytest.param(n, id=f"{n}-{TAGS[n - 1]}") for n in STARTS]
SAMPLE = slice(3, None, 8)  # for PostgreSQL
PAIRS = [
    (first, random.Random(first).randint(1, 1 + len(TAGS) - first))
    for first in random.Random(20).sample(ENDS[:-1], 20)
]


def test_the_reference_run_is_what_the_matrices_kill(
    sqlite_world: World, reference: Outcome
) -> None:
    undisturbed(sqlite_world, reference)
    assert appends(sqlite_world.entries()) == APPENDS


def undisturbed(world: World, reference: Outcome, mutation: str = "") -> None:
    world.start(mutation=mutation).done()
    assert set(world.effects().values()) == {1}, "something was done twice without a crash"
    assert world.outcome() == reference


@pytest.mark.parametrize("n", AFTER)
def test_killed_after_an_entry(sqlite_world: World, reference: Outcome, n: int) -> None:
    killed_and_resumed(sqlite_world, reference, Doom(point="after", n=n))


@pytest.mark.parametrize("n", BEFORE)
def test_killed_before_an_entry(sqlite_world: World, reference: Outcome, n: int) -> None:
    killed_and_resumed(sqlite_world, reference, Doom(point="before", n=n))


@pytest.mark.postgres
@pytest.mark.parametrize("n", AFTER[SAMPLE])
def test_killed_after_an_entry_on_postgres(
    postgres_world: World, reference: Outcome, n: int
) -> None:
    killed_and_resumed(postgres_world, reference, Doom(point="after", n=n))


@pytest.mark.postgres
@pytest.mark.parametrize("n", BEFORE[SAMPLE])
def test_killed_before_an_entry_on_postgres(
    postgres_world: World, reference: Outcome, n: int
) -> None:
    killed_and_resumed(postgres_world, reference, Doom(point="before", n=n))


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_killed_twice(sqlite_world: World, reference: Outcome, first: int, second: int) -> None:
    world = sqlite_world
    world.start(doom=Doom(point="after", n=first)).killed()
    world.start(doom=Doom(point="after", n=second)).wait()  # it may end before its doom
    world.start().done()
    assert len(world.lost_calls()) <= 2
    assert world.outcome() == expected(reference, world)


def killed_and_resumed(world: World, reference: Outcome, doom: Doom) -> None:
    world.start(doom=doom).killed()
    world.start().done()
    # On the record as begun, and killed before it began: nobody can tell, so the model is told.
    unsure = doom.point == "after" and TAGS[doom.n - 1] == "tool_call_start:shell"
    assert len(world.lost_calls()) == unsure
    assert world.outcome() == expected(reference, world)


def expected(reference: Outcome, world: World) -> Outcome:
    lost = dict.fromkeys(world.lost_calls(), "failed unknown_outcome None ")
    return replace(reference, results=reference.results | lost)
