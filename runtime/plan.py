"""The plan of a run: numbered steps that people watch."""

from __future__ import annotations

from enum import StrEnum

from runtime.ids import StepId, Value


class StepStatus(StrEnum):
    PENDING = "pending"
    ACTIVE = "active"
    DONE = "done"
    FAILED = "failed"


class Step(Value):
    """One step. `tool_types` names the kinds of tools it will use, for the badges."""

    id: StepId
    title: str
    description: str = ""
    tool_types: tuple[str, ...] = ()
    status: StepStatus = StepStatus.PENDING
    note: str = ""


Plan = tuple[Step, ...]


def active_step(plan: Plan) -> StepId | None:
    """The step that is worked on now, if any."""
    return next((step.id for step in plan if step.status is StepStatus.ACTIVE), None)


def progress(plan: Plan) -> tuple[int, int]:
    """(finished steps, all steps); a failed step is finished."""
    ended = sum(step.status in (StepStatus.DONE, StepStatus.FAILED) for step in plan)
    return ended, len(plan)


def with_status(plan: Plan, step_id: StepId, status: StepStatus, note: str = "") -> Plan:
    """The plan with one step moved; an unknown step changes nothing."""
    return tuple(
        step.model_copy(update={"status": status, "note": note or step.note})
        if step.id == step_id
        else step
        for step in plan
    )
