"""The facts of a plan: folding them gives the list that the model sent, mended."""

from __future__ import annotations

from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.events import PlanCreated, PlanUpdated, StepCompleted, StepFailed, StepStarted
from runtime.ids import StepId
from runtime.plan import Plan, Step, StepStatus, with_status
from runtime.tools.planner import PlanFact, mended, plan_facts

PENDING, ACTIVE, DONE, FAILED = StepStatus


def step(title: str, status: StepStatus = PENDING, step_id: str = "") -> Step:
    return Step(id=StepId(step_id), title=title, status=status)


def fold(plan: Plan, fact: PlanFact) -> Plan:
    match fact:
        case PlanCreated(steps=steps) | PlanUpdated(steps=steps):
            return steps
        case StepStarted(step_id=step_id):
            return with_status(plan, step_id, ACTIVE)
        case StepCompleted(step_id=step_id, note=note):
            return with_status(plan, step_id, DONE, note)
        case StepFailed(step_id=step_id, note=note):
            return with_status(plan, step_id, FAILED, note)


steps = st.builds(
    Step,
    id=st.sampled_from([StepId(name) for name in ("", "", "", "1", "2", "x")]),
    title=st.sampled_from(["look", "build", "test", "tell"]),
    description=st.sampled_from(["", "more"]),
    status=st.sampled_from(StepStatus),
)
lists = st.lists(steps, max_size=6)


@given(st.lists(lists, max_size=4))
def test_folding_the_facts_gives_the_new_list(sent: list[list[Step]]) -> None:
    plan: Plan = ()
    for new in sent:
        facts = plan_facts(plan, new)
        expected = mended(plan, new) if new else plan
        for n in range(len(facts) + 1):
            shown = reduce(fold, facts[:n], plan)
            assert sum(step.status is ACTIVE for step in shown) <= 1  # at every moment
        plan = reduce(fold, facts, plan)
        assert plan == expected
        assert len({step.id for step in plan}) == len(plan)
        assert all(step.id for step in plan)
        assert plan_facts(plan, plan) == ()
        assert mended(plan, plan) == plan


def test_the_first_list_creates_the_plan_and_starts_its_step() -> None:
    facts = plan_facts((), [step("look", DONE), step("build", ACTIVE), step("test")])
    pending = tuple(
        step(title, PENDING, n) for title, n in (("look", "1"), ("build", "2"), ("test", "3"))
    )
    assert facts == (
        PlanCreated(steps=pending),
        StepCompleted(step_id=StepId("1")),
        StepStarted(step_id=StepId("2")),
    )


OLD = (step("look", ACTIVE, "1"), step("build", PENDING, "2"))


@pytest.mark.parametrize(
    ("new", "kinds"),
    [
        ([step("look", ACTIVE), step("build")], []),
        ([step("look", DONE), step("build", ACTIVE)], ["step_completed 1", "step_started 2"]),
        ([step("look", FAILED), step("build", ACTIVE)], ["step_failed 1", "step_started 2"]),
        ([step("build", ACTIVE), step("look", DONE)],
         ["plan_updated", "step_completed 1", "step_started 2"]),
        ([step("look", ACTIVE), step("build"), step("tell")], ["plan_updated"]),
        ([step("look", ACTIVE), step("construct", step_id="2")], ["plan_updated"]),
        ([step("look"), step("build")], ["plan_updated"]),  # no event leads back to pending
        ([step("look", ACTIVE), step("build", ACTIVE)], []),  # the first one wins
        ([], []),
    ],
)  # fmt: skip
def test_a_later_list_tells_only_what_changed(new: list[Step], kinds: list[str]) -> None:
    facts = plan_facts(OLD, new)
    assert [" ".join(filter(None, (f.type, getattr(f, "step_id", "")))) for f in facts] == kinds


@pytest.mark.parametrize(
    ("old", "new", "ids"),
    [
        ((), [step("a"), step("b")], ["1", "2"]),
        ((), [step("a", step_id="x"), step("b", step_id="x")], ["x", "2"]),
        ((), [step("a"), step("b", step_id="1")], ["2", "1"]),
        (OLD, [step("new"), step("look"), step("build")], ["3", "1", "2"]),
        (OLD, [step("look"), step("look")], ["1", "2"]),
    ],
)
def test_ids_are_stable_and_unique(old: Plan, new: list[Step], ids: list[str]) -> None:
    assert [step.id for step in mended(old, new)] == ids


def test_notes_stay_with_their_step() -> None:
    old = (step("look", FAILED, "1").model_copy(update={"note": "no network"}),)
    assert mended(old, [step("look again", ACTIVE, "1")])[0].note == "no network"
