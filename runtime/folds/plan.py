"""What each event changes in a plan: for the state and for the view alike."""

from __future__ import annotations

from typing import assert_never

from runtime.events import PlanCreated, PlanUpdated, StepCompleted, StepFailed, StepStarted
from runtime.plan import Plan, StepStatus, with_status

PlanEvent = PlanCreated | PlanUpdated | StepStarted | StepCompleted | StepFailed


def apply_plan(plan: Plan, event: PlanEvent) -> Plan:
    """The plan after one more event."""
    match event:
        case PlanCreated(steps=steps) | PlanUpdated(steps=steps):
            return steps
        case StepStarted(step_id=step):
            return with_status(plan, step, StepStatus.ACTIVE)
        case StepCompleted(step_id=step, note=note):
            return with_status(plan, step, StepStatus.DONE, note)
        case StepFailed(step_id=step, note=note):
            return with_status(plan, step, StepStatus.FAILED, note)
        case _:
            assert_never(event)
