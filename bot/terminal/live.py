"""What stands below the scroll while a task runs: the end of what is being written, and one line of
state. Pure; redrawn a few times a second."""

from __future__ import annotations

from datetime import datetime

from rich.cells import cell_len, chop_cells

from bot.terminal.gates import open_gates, open_questions
from bot.terminal.lines import Line, Part, line
from bot.terminal.sanitize import clean, one_line
from bot.terminal.units import elapsed, spent
from runtime.events import Phase
from runtime.plan import StepStatus, progress
from runtime.view import RunView, ThreadView

_WORDS = {
    Phase.IDLE: "ready",
    Phase.PLANNING: "planning",
    Phase.THINKING: "thinking",
    Phase.TOOL_CALLING: "working",
    Phase.OBSERVING: "reading the result",
    Phase.COMPILING: "answering",
    Phase.PAUSED: "waiting",
}
_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_THOUGHT, _OUTPUT, _ANSWER = 3, 6, 8  # lines


def live(view: ThreadView, now: datetime, width: int, *, paused: bool) -> tuple[Line, ...]:
    """At most ten lines, none wider than `width`."""
    run = view.run
    if run is None or run.finished_at is not None:
        return ()
    return (
        *(line((part, "dim")) for part in _growing(run, width)),
        _state(run, now, width, paused),
    )


def _growing(run: RunView, width: int) -> list[str]:
    """The end of what is written now: output, else the answer, else thinking."""
    call = next((c for c in reversed(run.calls) if c.status == "running"), None)
    if call is not None:
        return [f"  │ {part}" for part in _last(call.tail, _OUTPUT, width - 4)]
    answer = run.answers[-1] if run.answers and run.answers[-1].state == "open" else run.draft
    if answer is not None and answer.text:
        return _last(answer.text, _ANSWER, width)
    thought = run.thoughts[-1] if run.thoughts else None
    if thought is not None and thought.seconds is None:
        return [f"  {part}" for part in _last(thought.text, _THOUGHT, width - 2)]
    return []


def _last(text: str, lines: int, width: int) -> list[str]:
    """The last lines of a text, wrapped hard at the width: the newest words must be visible."""
    room = max(width, 2)  # of cells; some characters take two
    rows = clean(text[-lines * room * 4 :]).rstrip().split("\n")
    parts = [part for row in rows for part in chop_cells(row, room) or [""]]
    return parts[-lines:] if parts != [""] else []


def _cut(text: str, width: int) -> str:
    """On one line of so many cells."""
    words = one_line(text, width)
    return words if cell_len(words) <= width else chop_cells(words, max(width, 2))[0]


def _state(run: RunView, now: datetime, width: int, paused: bool) -> Line:
    gates, questions = open_gates(run), open_questions(run)
    if gates:
        return line((_cut("? your decision: y / n / r / 15 / 1h / t", width), "accent"))
    if questions:
        return line(("? waiting for your answer", "accent"))
    if paused:
        hint = _cut("· /resume goes on, /stop ends it", width - 9)
        return line(("⏸ paused ", "warn"), (hint, "dim"))
    spin: Part = (_SPINNER[int(now.timestamp() * 8) % len(_SPINNER)] + " ", "accent")
    worked = "" if run.place else elapsed(run, now)  # to wait for a place is no work
    parts = [doing(run), worked, spent(run.spend), "Ctrl-C stops"]
    return line(spin, (_cut(" · ".join(filter(None, parts)), width - 2), "dim"))


def doing(run: RunView) -> str:
    """The phase and the step in words."""
    words = run.place.removesuffix(".").lower() or _WORDS[run.phase]
    return " · ".join(filter(None, (words, _step(run))))


def _step(run: RunView) -> str:
    if not run.plan:
        return ""
    ended, steps = progress(run.plan)
    active = next((step for step in run.plan if step.status is StepStatus.ACTIVE), None)
    return (
        f"step {min(ended + 1, steps)} of {steps}: {active.title}"
        if active
        else f"{ended} of {steps} steps"
    )
