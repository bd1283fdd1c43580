"""What happens to a task: start, plan, phase, end."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from runtime.approvals import Mode
from runtime.ids import Actor, RunId, StepId, Value
from runtime.plan import Plan


class Phase(StrEnum):
    """What a run is doing, as people see it."""

    IDLE = "idle"
    PLANNING = "planning"
    THINKING = "thinking"
    TOOL_CALLING = "tool_calling"
    OBSERVING = "observing"
    COMPILING = "compiling"
    PAUSED = "paused"


class Outcome(StrEnum):
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Limits(Value):
    """What one allotment of a run may spend before people are asked to continue. `calls` is the
    most tool calls of one turn."""

    calls: int = 32
    turns: int = 40
    tokens: int = 400_000
    seconds: float = 1800.0
    cost: float = 2.0


class RunStarted(Value):
    """`profile` is the name of the profile that the run is made of, `profile_digest` that of the
    artifact which holds it; both are empty in records of before there were profiles."""

    type: Literal["run_started"] = "run_started"
    run_id: RunId
    title: str
    requester: Actor
    model: str = ""
    mode: Mode = Mode.SEMI
    limits: Limits = Limits()
    profile: str = ""
    profile_digest: str = ""


class StateChange(Value):
    """Broadcast: the phase moved."""

    type: Literal["state_change"] = "state_change"
    before: Phase
    after: Phase


class PlanCreated(Value):
    type: Literal["plan_created"] = "plan_created"
    steps: Plan


class PlanUpdated(Value):
    type: Literal["plan_updated"] = "plan_updated"
    steps: Plan


class StepStarted(Value):
    type: Literal["step_started"] = "step_started"
    step_id: StepId


class StepCompleted(Value):
    type: Literal["step_completed"] = "step_completed"
    step_id: StepId
    note: str = ""


class StepFailed(Value):
    type: Literal["step_failed"] = "step_failed"
    step_id: StepId
    note: str = ""


class SubagentStarted(Value):
    type: Literal["subagent_started"] = "subagent_started"
    subagent_id: str
    title: str


class SubagentCompleted(Value):
    type: Literal["subagent_completed"] = "subagent_completed"
    subagent_id: str
    outcome: Outcome
    summary: str = ""


class Notice(Value):
    """A sentence for people. `about` is the id of what it speaks of, if anything; `paused` says
    that the task is held from here on, or goes on."""

    type: Literal["notice"] = "notice"
    level: Literal["info", "warning", "error"] = "info"
    text: str
    about: str = ""
    paused: bool | None = None


WaitsFor = Literal["place", "model", "container"]
"""A place among the tasks that work, a call of the model, a container."""


class RunQueued(Value):
    """The task waits for a place, since then; so many that wait go before it."""

    type: Literal["run_queued"] = "run_queued"
    ahead: int
    since: datetime
    waits_for: WaitsFor = "place"


class RunAdmitted(Value):
    """The task that waited has a place and goes on."""

    type: Literal["run_admitted"] = "run_admitted"


class RunFinished(Value):
    type: Literal["run_finished"] = "run_finished"
    outcome: Outcome
    reason: str = ""
