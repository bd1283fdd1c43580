"""SIGKILL in the middle of a tool's effect: what has happened is never done again unseen."""

from __future__ import annotations

import pytest
from crash_spec import Doom
from crash_stage import SESSION
from crash_world import World

from runtime.events import QuestionAsked, ToolCallStart
from runtime.facts import Fact
from runtime.ids import call_id, run_id

pytestmark = pytest.mark.crash

CALL = call_id(run_id(SESSION, 1), 1, 1)
UNKNOWN = "Outcome unknown"


def killed_in_the_effect(world: World, scene: str, *, gone: bool = False) -> None:
    """The effect is done, its end is not on record; perhaps the container is gone with it."""
    world.start(scenario=scene, doom=Doom(point="effect", n=1)).killed()
    if gone:
        del world.shelf[f"call {SESSION} {CALL}"]
    world.start(scenario=scene).done()


def ran(world: World) -> dict[str, int]:
    """Commands and files only."""
    return {what: n for what, n in world.effects().items() if not what.startswith("model ")}


def of(world: World, kind: type[Fact]) -> int:
    return sum(isinstance(entry.fact, kind) for entry in world.entries())


@pytest.mark.parametrize("scene", ["finished", "running"])
def test_a_call_that_survived_is_taken_up(sqlite_world: World, scene: str) -> None:
    killed_in_the_effect(sqlite_world, scene)
    assert sqlite_world.outcome().answers == ("exit code 0\ndid make once\n",)
    assert ran(sqlite_world) == {f"run {CALL}": 1}


def test_a_repeatable_call_whose_container_is_gone_runs_again(sqlite_world: World) -> None:
    killed_in_the_effect(sqlite_world, "search", gone=True)
    assert "did" in sqlite_world.outcome().answers[0]
    assert ran(sqlite_world) == {f"run {CALL}": 1, f"run {CALL}~2": 1}
    assert of(sqlite_world, ToolCallStart) == 2


def test_any_other_is_unknown_and_the_model_is_told(sqlite_world: World) -> None:
    killed_in_the_effect(sqlite_world, "finished", gone=True)
    assert UNKNOWN in sqlite_world.outcome().answers[0]
    assert ran(sqlite_world) == {f"run {CALL}": 1}
    assert of(sqlite_world, QuestionAsked) == 0


def test_what_never_left_the_process_is_unknown_too(sqlite_world: World) -> None:
    sqlite_world.shelf[f"file {SESSION} a.txt"] = b"a"
    killed_in_the_effect(sqlite_world, "edit")
    assert UNKNOWN in sqlite_world.outcome().answers[0]
    assert sqlite_world.shelf[f"file {SESSION} a.txt"] == b"aa"


@pytest.mark.parametrize(
    ("answer", "told", "ends", "runs"),
    [
        (
            "retry",
            ("exit code 0\ndid make once\n",),
            ("done",),
            {f"run {CALL}": 1, f"run {CALL}~2": 1},
        ),
        ("skip", (UNKNOWN,), ("done",), {f"run {CALL}": 1}),
        ("stop", (), ("cancelled",), {f"run {CALL}": 1}),
    ],
)
def test_at_high_risk_people_are_asked(
    sqlite_world: World,
    answer: str,
    told: tuple[str, ...],
    ends: tuple[str, ...],
    runs: dict[str, int],
) -> None:
    killed_in_the_effect(sqlite_world, answer, gone=True)
    outcome = sqlite_world.outcome()
    assert outcome.ends == ends
    assert len(outcome.answers) == len(told)
    assert all(part in whole for part, whole in zip(told, outcome.answers, strict=True))
    assert ran(sqlite_world) == runs
    assert of(sqlite_world, QuestionAsked) == 1
