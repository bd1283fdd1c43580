"""What /help and /status say."""

from __future__ import annotations

from datetime import datetime

from bot.terminal.gates import open_lines
from bot.terminal.lines import Line, line
from bot.terminal.live import doing
from bot.terminal.parsing import COMMANDS
from bot.terminal.steps import plan_lines
from bot.terminal.units import elapsed, spent
from runtime.view import ThreadView

HELP: tuple[Line, ...] = (
    line("Type to steer the task while it works. Commands:"),
    *(line((f"  /{name:<8}", "accent"), meaning) for name, meaning in COMMANDS.items()),
)


def status_lines(view: ThreadView, now: datetime, *, paused: bool) -> tuple[Line, ...]:
    """Where the task stands, and everything that waits for people."""
    run = view.run
    if run is None:
        return (line("Nothing has happened here yet."),)
    what = run.outcome or ("paused" if paused else doing(run))
    parts = (elapsed(run, now), spent(run.spend), run.isolation or "no container yet")
    figures = "".join(f" · {part}" for part in parts if part)
    return (
        line((run.title, "bold")),
        line("  ", (what, "accent"), (figures, "dim")),
        *(plan_lines("Plan", run.plan) if run.plan else ()),
        *open_lines(run, now),
    )
