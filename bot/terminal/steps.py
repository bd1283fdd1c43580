"""The plan in lines."""

from __future__ import annotations

from bot.terminal.lines import Line, Style, line
from runtime.plan import Plan, Step, StepStatus

_MARKS: dict[StepStatus, tuple[str, Style]] = {
    StepStatus.PENDING: ("○", "dim"),
    StepStatus.ACTIVE: ("◐", "accent"),
    StepStatus.DONE: ("●", "good"),
    StepStatus.FAILED: ("✗", "bad"),
}


def plan_lines(heading: str, plan: Plan) -> tuple[Line, ...]:
    return (line((heading, "bold")), *(_row(step, number) for number, step in enumerate(plan, 1)))


def plan_changes(old: Plan, new: Plan) -> tuple[Line, ...]:
    """The steps whose mark moved, or the whole plan if it became another one."""
    if [step.title for step in old] != [step.title for step in new]:
        return plan_lines("New plan", new)
    marks = {step.id: step.status for step in old}
    return tuple(
        _row(step, number, f" of {len(new)}")
        for number, step in enumerate(new, 1)
        if marks.get(step.id) is not step.status
    )


def _row(step: Step, number: int, of: str = "") -> Line:
    mark, style = _MARKS[step.status]
    text: Style = "dim" if step.status is StepStatus.DONE else "plain"
    note = f"  {step.note}" if step.note else ""
    return line("  ", (mark, style), (f" {number}{of}  ", "dim"), (step.title, text), (note, "dim"))
