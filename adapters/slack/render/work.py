"""The card of a run, block by block."""

from __future__ import annotations

from adapters.ports.cards import (
    Failed,
    Heading,
    Note,
    Running,
    Status,
    StepRow,
    Steps,
    Thinking,
    WorkerRow,
    Workers,
)
from adapters.slack.render.block_kit import (
    Json,
    ago,
    bullets,
    context,
    lines,
    quote,
    rich,
    section,
    text,
    verbatim,
)
from adapters.slack.render.text import line
from adapters.text import clean, lasted, waiting_for
from runtime.approvals import Risk
from runtime.events import Outcome, Phase
from runtime.plan import StepStatus

PHASES = {
    Phase.IDLE: "Starting",
    Phase.PLANNING: "Planning",
    Phase.THINKING: "Thinking",
    Phase.TOOL_CALLING: "Using a tool",
    Phase.OBSERVING: "Reading the result",
    Phase.COMPILING: "Writing the answer",
    Phase.PAUSED: "Paused",
}
_OUTCOMES = {
    Outcome.DONE: ("✅", "Done"),
    Outcome.FAILED: ("❌", "Failed"),
    Outcome.CANCELLED: ("⏹️", "Stopped"),
}
_STEPS = {
    StepStatus.PENDING: "pending",
    StepStatus.ACTIVE: "in_progress",
    StepStatus.DONE: "complete",
    StepStatus.FAILED: "error",
}
_MARKS = {
    StepStatus.PENDING: "○",
    StepStatus.ACTIVE: "◐",
    StepStatus.DONE: "●",
    StepStatus.FAILED: "✗",
}
_FAILURES = {
    "denied": "was denied",
    "expired": "was not decided in time",
    "timeout": "took too long",
    "oom": "ran out of memory",
    "output_limit": "wrote too much",
    "quota": "took too much disk",
    "unknown_outcome": "ended in an unknown way",
    "unavailable": "is not available",
    "stopped": "was stopped",
}
_LEVELS = {"info": "", "warning": "⚠️ ", "error": "❌ "}
_TITLE = 250  # characters of a task's title; native streams refuse more than 256


def state(heading: Heading) -> tuple[str, str]:
    """A mark and a word for how the task stands."""
    if heading.outcome is not None:
        return _OUTCOMES[heading.outcome]
    if heading.waiting:
        return "✋", line(waiting_for(heading.people), 100)
    return "⏳", PHASES[heading.phase]


def title(heading: Heading) -> Json:
    mark, word = state(heading)
    name = text(line(heading.title, 150), "bold")
    return rich(section(text(f"{mark} "), name, text(f"  {word}")))


def plan(steps: Steps) -> Json:
    return {
        "type": "plan",
        "title": f"Plan: {steps.done} of {steps.total} done",
        "tasks": [_task(row) for row in steps.rows],
    }


def bare_plan(steps: Steps) -> Json:
    """The plan in blocks that every message takes."""
    rows = (section(text(line(f"{_MARKS[row.status]} {row.title}", _TITLE))) for row in steps.rows)
    head = text(f"Plan: {steps.done} of {steps.total} done", "bold")
    return rich(section(head), bullets(rows))


def _task(row: StepRow) -> Json:
    card: Json = {
        "type": "task_card",
        "task_id": f"step-{row.number}",
        "title": line(f"{row.number}. {row.title}", _TITLE),
        "status": _STEPS[row.status],
    }
    if row.tools:
        tools = ", ".join(line(tool, 60) for tool in row.tools)
        card["details"] = rich(section(text(f"With {tools}")))
    if row.note.strip():
        card["output"] = rich(section(text(line(row.note, 1_000))))
    return card


def running(shown: Running) -> Json:
    risk = "" if shown.risk is Risk.LOW else f" ({shown.risk} risk)"
    head = section(
        text("▶ "), text(line(shown.tool, 60), "code"), text(f" {line(shown.summary, 500)}{risk}")
    )
    tail = lines(shown.tail)
    return rich(head, verbatim(tail)) if tail else rich(head)


def failed(shown: Failed) -> Json:
    what = _FAILURES.get(shown.kind, "failed")
    head = section(
        text("❌ "),
        text(line(shown.tool, 60), "code"),
        text(f" {line(shown.summary, 500)} {what}"),
        text(f": {line(shown.message, 500)}" if shown.message.strip() else ""),
    )
    tail = lines(shown.tail)
    return rich(head, verbatim(tail)) if tail else rich(head)


def thinking(shown: Thinking) -> Json:
    words = lines(shown.lines)
    if shown.seconds is not None:
        times = "" if shown.blocks == 1 else f" in {shown.blocks} rounds"
        took = f"Thought for {lasted(shown.seconds)}{times}"
        if not words:
            return context(took)
        return rich(section(text(f"{took}, stopped")), quote(text(words, "italic")))
    return rich(quote(text(words, "italic"))) if words else context("Thinking …")


def workers(shown: Workers) -> Json:
    hidden = shown.total - len(shown.rows)
    label = f"Helpers ({hidden} more)" if hidden else "Helpers"
    return rich(section(text(label, "bold")), bullets(_worker(row) for row in shown.rows))


def _worker(row: WorkerRow) -> Json:
    mark = "⏳" if row.outcome is None else _OUTCOMES[row.outcome][0]
    said = f": {line(row.summary, 500)}" if row.summary.strip() else ""
    return section(text(f"{mark} {line(row.title, 500)}{said}"))


def status(shown: Status) -> Json:
    cost = "" if shown.cost is None else f"${shown.cost:.4f}".rstrip("0").rstrip(".")
    parts = (
        lasted(shown.seconds) if shown.since is None else "",
        f"{shown.tokens:,} tokens",
        cost,
        f"{shown.calls} call" + ("" if shown.calls == 1 else "s"),
        line(shown.model, 60) if shown.model else "",
        line(shown.isolation, 120) if shown.isolation else "",
    )
    figures = " · ".join(filter(None, parts))
    if shown.since is None:
        return context(figures)
    waits = ", waits not counted" if shown.waited else ""
    began = ago(shown.since, f"{lasted(shown.seconds)} ago")
    return rich(section(text("Work began "), began, text(f"{waits} · {figures}")))


def note(shown: Note) -> Json:
    words = clean(shown.text).strip() or "…"
    return rich(section(text(f"{_LEVELS[shown.level]}{words}")))
