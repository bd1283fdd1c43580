"""What the agent does, as text."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.discord.render.text import Pen, moment
from adapters.ports.cards import (
    Failed,
    Heading,
    Note,
    Running,
    Status,
    StepRow,
    Steps,
    Thinking,
    Workers,
)
from adapters.text import lasted, waiting_for
from runtime.approvals import Risk
from runtime.events import Outcome, Phase
from runtime.plan import StepStatus

_PHASES = {
    Phase.IDLE: "Ready",
    Phase.PLANNING: "Planning",
    Phase.THINKING: "Thinking",
    Phase.TOOL_CALLING: "Running a tool",
    Phase.OBSERVING: "Reading what came back",
    Phase.COMPILING: "Writing the answer",
    Phase.PAUSED: "Paused",
}
_OUTCOMES = {
    Outcome.DONE: ("✅", "Done"),
    Outcome.FAILED: ("❌", "Failed"),
    Outcome.CANCELLED: ("⏹️", "Stopped"),
}
_STEPS = {
    StepStatus.PENDING: "⬜",
    StepStatus.ACTIVE: "▶️",
    StepStatus.DONE: "✅",
    StepStatus.FAILED: "❌",
}
_FAILURES = {
    "denied": "was denied",
    "expired": "was not decided in time",
    "timeout": "took too long",
    "oom": "ran out of memory",
    "output_limit": "wrote too much output",
    "quota": "took too much of the disk",
    "unknown_outcome": "ended in a way that nobody knows",
    "unavailable": "is not available",
    "stopped": "was stopped",
}
_RISKS = {Risk.LOW: "", Risk.MEDIUM: " · medium risk", Risk.HIGH: " · **high risk**"}
_LEVELS = {"info": "", "warning": "⚠️ ", "error": "❌ "}
_BAR = 10  # cells of the progress bar


def heading(block: Heading, pen: Pen) -> str:
    if block.outcome is not None:
        mark, state = _OUTCOMES[block.outcome]
    elif block.waiting:
        mark, state = "✋", waiting_for(pen.line(block.people))
    else:
        mark, state = "⏳", _PHASES[block.phase]
    return f"### {mark} {pen.line(block.title) or 'Task'}\n-# {state}"


def steps(block: Steps, pen: Pen) -> str:
    """One text for all steps: each component counts, lines do not."""
    filled = _BAR * block.done // block.total if block.total else 0
    bar = "▰" * filled + "▱" * (_BAR - filled)
    lines = [f"**Plan** {bar} {block.done} of {block.total}"]
    lines += [_step(row, pen) for row in block.rows]
    if len(block.rows) < block.total:
        lines.append(f"-# {block.total - len(block.rows)} more steps")
    return "\n".join(lines)


def _step(row: StepRow, pen: Pen) -> str:
    title = f"{row.number}. {pen.line(row.title)}"
    if row.status is StepStatus.ACTIVE:
        title = f"**{title}**"
    tools = f" ({', '.join(pen.line(tool) for tool in row.tools)})" if row.tools else ""
    note = f": {pen.line(row.note)}" if row.note else ""
    return f"{_STEPS[row.status]} {title}{tools}{note}"


def running(block: Running, pen: Pen) -> str:
    summary = f" {pen.line(block.summary)}" if block.summary else ""
    text = f"🔧 **{pen.line(block.tool)}**{summary}{_RISKS[block.risk]}"
    return f"{text}\n{pen.code(block.tail)}" if block.tail else text


def failed(block: Failed, pen: Pen) -> str:
    became = _FAILURES.get(block.kind, "failed")
    summary = f" {pen.line(block.summary)}" if block.summary else ""
    text = f"⚠️ **{pen.line(block.tool)}**{summary} {became}"
    text = f"{text}\n-# {pen.line(block.message)}" if block.message else text
    return f"{text}\n{pen.code(block.tail)}" if block.tail else text


def thinking(block: Thinking, pen: Pen) -> str:
    if block.seconds is not None and not block.lines:
        return f"-# 💭 Thought for {lasted(block.seconds)}"
    title = "Thinking" if block.seconds is None else "Stopped while thinking"
    return "\n".join((f"💭 **{title}**", *(f"> {pen.line(line)}" for line in block.lines)))


def workers(block: Workers, pen: Pen) -> str:
    lines = [f"**Sub-agents** {block.total}"]
    for row in block.rows:
        mark = _OUTCOMES[row.outcome][0] if row.outcome else "▶️"
        said = f": {pen.line(row.summary)}" if row.summary else ""
        lines.append(f"{mark} {pen.line(row.title)}{said}")
    return "\n".join(lines)


def note(block: Note, pen: Pen) -> str:
    return f"{_LEVELS[block.level]}{pen.plain(block.text)}"


def status(block: Status, pen: Pen) -> str:
    return f"-# {' · '.join(_facts(block, pen))}"


def _work(block: Status) -> str:
    """Discord's own clock goes on without an edit."""
    if block.since is None:
        return lasted(block.seconds)
    return f"work began {moment(block.since)}{', waits not counted' if block.waited else ''}"


def _facts(block: Status, pen: Pen) -> Iterator[str]:
    yield _work(block)
    yield f"{block.tokens:,} tokens"
    if block.cost is not None:
        yield f"${block.cost:.4f}" if block.cost < 0.1 else f"${block.cost:.2f}"
    if block.calls:
        yield f"{block.calls} tool {'call' if block.calls == 1 else 'calls'}"
    if block.model:
        yield pen.line(block.model)
    if block.isolation:
        yield pen.line(block.isolation)
