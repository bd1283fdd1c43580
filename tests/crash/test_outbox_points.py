"""SIGKILL between intent, post and reference, and answers that never arrive: nothing doubled."""

from __future__ import annotations

import pytest
from crash_spec import Doom
from crash_trace import OUTBOX, REQUESTS
from crash_world import Outcome, World

pytestmark = pytest.mark.crash

POINTS = [pytest.param(n, id=point) for n, point in enumerate(OUTBOX, start=1)]


def test_the_reference_run_has_these_points(sqlite_world: World, reference: Outcome) -> None:
    sqlite_world.start(doom=Doom(point="outbox", n=len(OUTBOX) + 1)).done()
    assert sqlite_world.outcome() == reference
    assert len(sqlite_world.chat.requests) == REQUESTS


@pytest.mark.parametrize("n", POINTS)
def test_killed_after(sqlite_world: World, reference: Outcome, n: int) -> None:
    killed_and_resumed(sqlite_world, reference, n)


@pytest.mark.postgres
@pytest.mark.parametrize("n", POINTS[:3])
def test_killed_after_on_postgres(postgres_world: World, reference: Outcome, n: int) -> None:
    killed_and_resumed(postgres_world, reference, n)


def killed_and_resumed(world: World, reference: Outcome, n: int) -> None:
    world.start(doom=Doom(point="outbox", n=n)).killed()
    world.start().done()
    assert world.outcome() == reference


@pytest.mark.parametrize("n", range(1, REQUESTS + 1))
def test_an_answer_is_lost(sqlite_world: World, reference: Outcome, n: int) -> None:
    sqlite_world.chat.lost = {n}
    sqlite_world.start().done()
    assert sqlite_world.outcome() == reference
    more = sqlite_world.chat.requests[n]  # what came after the loss
    assert more == {"post": "find", "edit": "edit"}[sqlite_world.chat.requests[n - 1]]


@pytest.mark.parametrize("n", POINTS)
def test_killed_and_the_next_answers_are_lost(
    sqlite_world: World, reference: Outcome, n: int
) -> None:
    world = sqlite_world
    world.start(doom=Doom(point="outbox", n=n)).killed()
    asked = len(world.chat.requests)
    world.chat.lost = {asked + 1, asked + 2}
    world.start().done()
    assert world.outcome() == reference
