"""plan: the steps that people watch."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from runtime.approvals import Risk, Subject
from runtime.ids import StepId
from runtime.plan import Plan, Step, StepStatus, progress
from runtime.tools.excerpt import one_line
from runtime.tools.planner import changed, mended, plan_facts, unnamed
from runtime.tools.tool import Failure, Item, Judgement, Params, Result, Workplace

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
    also: ClassVar[Mapping[str, str]] = {
        "step_id": "id", "number": "id", "step": "title", "content": "title", "name": "title",
        "task": "title", "text": "title", "state": "status", "result": "note", "notes": "note",
    }  # fmt: skip

    id: Annotated[str, Field(max_length=40, description="names the step in later calls")] = ""
    title: Annotated[
        str, Field(max_length=300, description="a few words; not needed to change a status")
    ] = ""
    description: Annotated[str, Field(max_length=2000)] = ""
    tool_types: Annotated[
        tuple[str, ...], Field(max_length=10, description="names of the tools it will use")
    ] = ()
    status: Annotated[StepStatus, BeforeValidator(_status)] = StepStatus.PENDING
    note: Annotated[str, Field(max_length=500, description="what came of it")] = ""

    @model_validator(mode="before")
    @classmethod
    def _words(cls, given: Any) -> Any:
        """A step in words alone is its title."""
        return {"title": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _named(self) -> PlannedStep:
        if not (self.title or self.id):
            raise ValueError("title: required, but not given")
        return self


class Arguments(Params):
    also: ClassVar[Mapping[str, str]] = {
        "plan": "steps",
        "todos": "steps",
        "tasks": "steps",
        "items": "steps",
        "todo_list": "steps",
    }

    parts: ClassVar[frozenset[str]] = frozenset({"id", "step_id", "status", "note"})

    steps: Annotated[
        tuple[PlannedStep, ...],
        Field(
            min_length=1,
            max_length=MOST_STEPS,
            description="the whole list, or only the steps that change: id and status",
        ),
    ]

    @classmethod
    def fitted(cls, given: dict[str, Any]) -> dict[str, Any]:
        """One step that changes, without a list around it."""
        if "steps" in given or not given.keys() & {"id", "step_id"}:
            return given
        return {"steps": [given]}


class PlanSteps:
    name = "plan"
    description = (
        "Show people your plan and how far you are. Call it before work of more than two steps, "
        "and again whenever a step starts, ends or changes: then only with the id and the status "
        "of the steps that change, one step active at a time. A list in which every step has its "
        "title replaces the plan. Do not use it for a simple question."
    )
    params = Arguments
    in_workspace = False
    in_container = False

    def judge(self, params: Arguments) -> Judgement:
        titles = "\n".join(
            f"{n}. {step.title or f'step {step.id}: {step.status.value}'}"
            for n, step in enumerate(params.steps, start=1)
        )
        return Judgement(
            summary=_summary(params.steps),
            operation=titles,
            risk=Risk.LOW,
            why="shows a list",
            subject=Subject(),
            effects=False,
            repeatable=True,  # the effect is the facts, and they are appended with the result
        )

    async def run(self, params: Arguments, place: Workplace) -> AsyncGenerator[Item, None]:
        steps = [_step(step) for step in params.steps]
        if unknown := unnamed(place.plan, steps):
            yield Failure("failed", _UNKNOWN.format(ids=", ".join(unknown)) + _told(place.plan))
            return
        plan = mended(place.plan, changed(place.plan, steps))
        facts = plan_facts(place.plan, plan)
        yield Result(_told(plan) if facts else _UNCHANGED, facts=facts)


def _summary(steps: Sequence[PlannedStep]) -> str:
    if all(step.title for step in steps):
        return f"Plan of {len(steps)} steps"
    return one_line(", ".join(f"step {step.id}: {step.status.value}" for step in steps))


def _step(step: PlannedStep) -> Step:
    return Step(
        id=StepId(one_line(step.id, 40)),
        title=one_line(step.title),
        description=step.description.strip(),
        tool_types=tuple(one_line(name, 40) for name in step.tool_types),
        status=step.status,
        note=one_line(step.note, 500),
    )


_UNKNOWN = "There is no step {ids}: give new steps a title. Nothing was changed. "
_UNCHANGED = "The plan is the same as before. Do not send it again; go on with the work."


def _told(plan: Plan) -> str:
    done, total = progress(plan)
    lines = [f"{step.id}. [{step.status.value}] {step.title}" for step in plan]
    return "\n".join([f"Plan: {done} of {total} steps ended.", *lines])
