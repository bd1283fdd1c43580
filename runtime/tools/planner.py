"""From the list of steps that a model sends to the facts that people see. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, count

from runtime.events import PlanCreated, PlanUpdated, StepCompleted, StepFailed, StepStarted
from runtime.ids import StepId
from runtime.plan import Plan, Step, StepStatus

PlanFact = PlanCreated | PlanUpdated | StepStarted | StepCompleted | StepFailed


def plan_facts(old: Plan, new_steps: Sequence[Step]) -> tuple[PlanFact, ...]:
    """What to append so that the plan becomes `mended(old, new_steps)`. No facts if nothing
    changed; an empty list changes nothing.

    Steps end before the next one starts, so no moment shows two active steps.
    """
    if not new_steps:
        return ()
    new = mended(old, new_steps)
    before = {step.id: step.status for step in old}
    base = tuple(step.model_copy(update={"status": _base(step, before)}) for step in new)
    return (*_listed(old, base), *_moves(base, new))


def unnamed(old: Plan, steps: Sequence[Step]) -> list[str]:
    """The ids of steps that have no title, here or in the plan."""
    known = {step.id for step in old}
    return [repr(str(step.id)) for step in steps if not step.title and step.id not in known]


def changed(old: Plan, steps: Sequence[Step]) -> Sequence[Step]:
    """The whole list. Where a step comes without its title, only those that are named change, and
    new ones come behind them."""
    if all(step.title for step in steps):
        return steps
    given = {step.id: step for step in steps if step.id}
    kept = [_moved(step, given[step.id]) if step.id in given else step for step in old]
    if any(s.status is StepStatus.ACTIVE for s in steps):
        kept = [
            s.model_copy(update={"status": StepStatus.PENDING})
            if s.status is StepStatus.ACTIVE and s.id not in given
            else s
            for s in kept
        ]
    known = {step.id for step in old}
    return [*kept, *(step for step in steps if step.id not in known)]


def _moved(step: Step, by: Step) -> Step:
    said = {
        name: value
        for name in ("title", "description", "tool_types", "note")
        if (value := getattr(by, name))
    }
    return step.model_copy(update={**said, "status": by.status})


def mended(old: Plan, steps: Sequence[Step]) -> Plan:
    """The steps with ids of their own, notes kept, and at most one of them active (the first)."""
    return _one_active(_named(old, steps))


def _listed(old: Plan, base: Plan) -> tuple[PlanFact, ...]:
    """The list itself, where it is more than the old one with other marks."""
    if not old:
        return (PlanCreated(steps=base),)
    return () if base == old else (PlanUpdated(steps=base),)


def _base(step: Step, before: dict[StepId, StepStatus]) -> StepStatus:
    """The status that the list itself carries: no event leads back to pending, so the list does."""
    if step.status is StepStatus.PENDING:
        return StepStatus.PENDING
    return before.get(step.id, StepStatus.PENDING)


def _moves(base: Plan, new: Plan) -> Iterable[PlanFact]:
    moved = [step for was, step in zip(base, new, strict=True) if was.status is not step.status]
    for step in moved:
        if step.status is StepStatus.DONE:
            yield StepCompleted(step_id=step.id, note=step.note)
        elif step.status is StepStatus.FAILED:
            yield StepFailed(step_id=step.id, note=step.note)
    for step in moved:
        if step.status is StepStatus.ACTIVE:
            yield StepStarted(step_id=step.id)


def _one_active(plan: Plan) -> Plan:
    first = next((step for step in plan if step.status is StepStatus.ACTIVE), None)
    return tuple(
        step.model_copy(update={"status": StepStatus.PENDING})
        if step.status is StepStatus.ACTIVE and step is not first
        else step
        for step in plan
    )


def _named(old: Plan, steps: Sequence[Step]) -> Plan:
    """Every step with an id of its own, and with the note that the old step of that id has."""
    ids = _numbered(_claimed(old, steps))
    notes = {step.id: step.note for step in old}
    return tuple(
        step.model_copy(update={"id": step_id, "note": step.note or notes.get(step_id, "")})
        for step, step_id in zip(steps, ids, strict=True)
    )


def _claimed(old: Plan, steps: Sequence[Step]) -> list[StepId | None]:
    """The ids that steps have a right to: the one given (the first owner keeps it), or without one
    that of the old step with the same title."""
    given = {step.id for step in steps}
    titles = {step.title: step.id for step in reversed(old) if step.id not in given}
    used: set[StepId] = set()
    claimed: list[StepId | None] = []
    for step in steps:
        wish = step.id or titles.pop(step.title, None)
        claimed.append(None if wish in used else wish)
        used |= {wish} if wish else set()
    return claimed


def _numbered(claimed: Sequence[StepId | None]) -> list[StepId]:
    """Who has no id gets the number of its place, or the next free one."""
    used = set(claimed)
    ids: list[StepId] = []
    for place, wish in enumerate(claimed, start=1):
        free = (StepId(str(n)) for n in chain([place], count(1)))
        step_id = wish or next(number for number in free if number not in used)
        used.add(step_id)
        ids.append(step_id)
    return ids
