"""Three broken rules. Each scenario passes as it is; broken, it must fail, or it proves nothing."""

from __future__ import annotations

import pytest
from crash_trace import LATE, TAGS
from crash_world import Outcome, World
from test_every_entry import undisturbed
from test_late_word import killed
from test_stopped_process import halt

pytestmark = pytest.mark.crash

FIRST_COMMAND = TAGS.index("tool_call_start:shell") + 1


def test_without_claims_a_command_runs_twice(sqlite_world: World) -> None:
    with pytest.raises(AssertionError, match="a command ran twice"):
        woken_beside_its_heir(sqlite_world, mutation="no claim")


def test_with_claims_it_runs_once(sqlite_world: World) -> None:
    woken_beside_its_heir(sqlite_world)


def woken_beside_its_heir(world: World, mutation: str = "") -> None:
    """The old process is about to begin a command that the new one has begun and ended."""
    claim = 0 if mutation else 1  # of each segment
    old = world.start(
        exclusive=False, mutation=mutation, doom=halt("before", FIRST_COMMAND - 1 + claim)
    )
    old.stopped()
    new = world.start(exclusive=False, mutation=mutation, doom=halt("before", claim + 3))
    new.stopped()
    old.resume()
    old.done()
    world.check_nothing_twice()


def test_redoing_instead_of_rebasing_is_seen(sqlite_world: World, reference: Outcome) -> None:
    with pytest.raises(AssertionError, match="done twice without a crash"):
        undisturbed(sqlite_world, reference, mutation="redo")


def test_ignoring_what_is_not_settled_loses_a_message(sqlite_world: World) -> None:
    with pytest.raises(AssertionError, match="the thread shows something else"):
        killed(sqlite_world, sum(map(len, LATE)), mutation="settled ignored")
