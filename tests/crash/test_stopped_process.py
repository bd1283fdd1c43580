"""SIGSTOP, a new process, SIGCONT: without the lock, only fencing keeps the old one out."""

from __future__ import annotations

import signal

import pytest
from crash_spec import Doom, Point
from crash_trace import ENDS, STARTS, TAGS
from crash_world import Outcome, World

pytestmark = pytest.mark.crash

CALMER = 60  # entries up to which somebody still drives the first run
HALTS: list[tuple[Point, int]] = [
    *(("before", n) for n in STARTS[2:] if n < CALMER),
    *(("after", n) for n in ENDS[2:] if n < CALMER and TAGS[n - 1] != "tool_call_start:shell"),
]
HELD = [(*halt, more) for halt, more in zip(HALTS[1:28:4], (2, 3, 5, 8, 13, 21, 29), strict=True)]


def halt(point: Point, n: int) -> Doom:
    return Doom(point=point, n=n, signal=signal.SIGSTOP)


@pytest.mark.parametrize(("point", "n"), HALTS[::3])
def test_the_old_process_comes_back_afterwards(
    sqlite_world: World, reference: Outcome, point: Point, n: int
) -> None:
    overtaken(sqlite_world, point, n)
    assert sqlite_world.outcome() == reference


@pytest.mark.postgres
@pytest.mark.parametrize(("point", "n"), HALTS[1::12])
def test_the_old_process_comes_back_afterwards_on_postgres(
    postgres_world: World, reference: Outcome, point: Point, n: int
) -> None:
    overtaken(postgres_world, point, n)
    assert postgres_world.outcome() == reference


def overtaken(world: World, point: Point, n: int) -> None:
    old = world.start(exclusive=False, doom=halt(point, n))
    old.stopped()
    world.start(exclusive=False).done()
    head = len(world.entries())
    old.resume()
    old.done()
    assert len(world.entries()) == head, "the old process wrote on"


@pytest.mark.parametrize(("point", "n", "more"), HELD)
def test_the_old_process_comes_back_in_between(
    sqlite_world: World, reference: Outcome, point: Point, n: int, more: int
) -> None:
    overtaken_in_between(sqlite_world, point, n, more)
    assert sqlite_world.outcome() == reference


@pytest.mark.postgres
@pytest.mark.parametrize(("point", "n", "more"), HELD[:2])
def test_the_old_process_comes_back_in_between_on_postgres(
    postgres_world: World, reference: Outcome, point: Point, n: int, more: int
) -> None:
    overtaken_in_between(postgres_world, point, n, more)
    assert postgres_world.outcome() == reference


def overtaken_in_between(world: World, point: Point, n: int, more: int) -> None:
    old = world.start(exclusive=False, doom=halt(point, n))
    old.stopped()
    new = world.start(exclusive=False, doom=halt("before", more))
    new.stopped()
    old.resume()
    old.done()
    new.resume()
    new.done()  # it may have been fenced by nobody: it ends its drive and leaves
    world.start(exclusive=False).done()


def test_a_fenced_process_posts_nothing(sqlite_world: World, reference: Outcome) -> None:
    """The new one is about to post a gate: who has lost the session must not post it too."""
    old = sqlite_world.start(exclusive=False, doom=halt("before", 12))
    old.stopped()
    new = sqlite_world.start(exclusive=False, doom=halt("outbox", 1))
    new.stopped()
    old.resume()
    old.done()
    new.resume()
    new.done()
    sqlite_world.start(exclusive=False).done()
    assert sqlite_world.outcome() == reference


def test_an_effect_of_the_old_process_happens_late(sqlite_world: World) -> None:
    """Fencing protects the record, not the world: the model was told that nobody knows."""
    first = TAGS.index("tool_call_start:shell") + 1
    overtaken(sqlite_world, "after", first)
    outcome = sqlite_world.outcome()
    assert [r for r in outcome.results.values() if "unknown_outcome" in r] == [
        "failed unknown_outcome None "
    ]
    assert set(outcome.ends) == {"done"}
