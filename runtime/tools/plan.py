"""plan: the steps that people watch."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field

from runtime.approvals import Risk, Subject
from runtime.ids import StepId
from runtime.plan import Plan, Step, StepStatus, progress
from runtime.tools.excerpt import one_line
from runtime.tools.planner import mended, plan_facts
from runtime.tools.tool import Item, Judgement, Params, Result, Workplace

MOST_STEPS = 30

_ALIASES = {
    "todo": "pending",
    "not_started": "pending",
    "in_progress": "active",
    "doing": "active",
    "running": "active",
    "completed": "done",
    "complete": "done",
    "finished": "done",
    "error": "failed",
}
"""Other words that models use for the four."""


def _status(given: Any) -> Any:
    word = str(given).strip().lower().replace(" ", "_")
    return _ALIASES.get(word, word)


class PlannedStep(Params):
    model_config = ConfigDict(str_strip_whitespace=True)

    id: Annotated[str, Field(max_length=40, description="keep it when you send the list again")] = (
        ""
    )
    title: Annotated[str, Field(min_length=1, max_length=300, description="a few words")]
    description: Annotated[str, Field(max_length=2000)] = ""
    tool_types: Annotated[
        tuple[str, ...], Field(max_length=10, description="names of the tools it will use")
    ] = ()
    status: Annotated[StepStatus, BeforeValidator(_status)] = StepStatus.PENDING


class Arguments(Params):
    steps: Annotated[
        tuple[PlannedStep, ...],
        Field(min_length=1, max_length=MOST_STEPS, description="the whole list, every time"),
    ]


class PlanSteps:
    name = "plan"
    description = (
        "Show people your plan and how far you are. Call it before work of more than two steps, "
        "and again whenever a step starts, ends or changes: always the whole list, with the same "
        "ids, one step active at a time. Do not use it for a simple question."
    )
    params = Arguments
    in_workspace = False
    in_container = False

    def judge(self, params: Arguments) -> Judgement:
        titles = "\n".join(f"{n}. {step.title}" for n, step in enumerate(params.steps, start=1))
        return Judgement(
            summary=f"Plan of {len(params.steps)} steps",
            operation=titles,
            risk=Risk.LOW,
            why="shows a list",
            subject=Subject(),
            effects=False,
            repeatable=True,  # the effect is the facts, and they are appended with the result
        )

    async def run(self, params: Arguments, place: Workplace) -> AsyncGenerator[Item, None]:
        plan = mended(place.plan, [_step(step) for step in params.steps])
        facts = plan_facts(place.plan, plan)
        yield Result(_told(plan) if facts else _UNCHANGED, facts=facts)


def _step(step: PlannedStep) -> Step:
    return Step(
        id=StepId(one_line(step.id, 40)),
        title=one_line(step.title),
        description=step.description.strip(),
        tool_types=tuple(one_line(name, 40) for name in step.tool_types),
        status=step.status,
    )


_UNCHANGED = "The plan is the same as before. Do not send it again; go on with the work."


def _told(plan: Plan) -> str:
    done, total = progress(plan)
    lines = [f"{step.id}. [{step.status.value}] {step.title}" for step in plan]
    return "\n".join([f"Plan: {done} of {total} steps ended.", *lines])
