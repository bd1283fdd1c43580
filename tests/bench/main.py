"""Measures Aether: `main.py` all of it but the chat platforms, `main.py slack fold` what is named.

Everything it compares, it compares within one run. Results go to .bench/ as JSON.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from rich.console import Console

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "stubs"))

import click_to_effect
import cpu
import discord_runs
import fold
import journal
import memory
import pacing
import reading
import sandbox_exec
import slack_runs
import startup
import viewers
from processes import only_errors
from report import Report, Say, load, machine, show, write

Measure = Callable[[Say, Path], Awaitable[Report]]

SUBJECTS: dict[str, Measure] = {
    "fold": fold.measure,
    "reading": reading.measure,
    "journal": journal.measure,
    "click": click_to_effect.measure,
    "startup": startup.measure,
    "memory": memory.measure,
    "sandbox": sandbox_exec.measure,
    "cpu": cpu.measure,
    "pacing": pacing.measure,
    "viewers": viewers.measure,
}
CHATS: dict[str, Measure] = {
    "slack": slack_runs.measure,
    "discord": discord_runs.measure,
}
"""Minutes each: only when named."""
RESULTS = Path(".bench")
_WIDTH = 100


def main(names: list[str]) -> int:
    """The exit code: 0 if everything could be measured, whatever the figures are."""
    console = Console(highlight=False, soft_wrap=True, width=_WIDTH)
    known = SUBJECTS | CHATS
    if unknown := set(names) - set(known):
        console.print(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(known)}")
        return 2
    only_errors()
    RESULTS.mkdir(exist_ok=True)
    reports = {name: _measured(console, name) for name in names or SUBJECTS}
    done = {name: report for name, report in reports.items() if report is not None}
    show(console, done)
    missed = [f.name for report in done.values() for f in report.figures if f.met is False]
    console.print(f"Details are in {RESULTS}/. Bars missed: {len(missed)}.")
    return 0 if len(done) == len(reports) else 1


def _measured(console: Console, name: str) -> Report | None:
    facts, began = machine() | {"load_before": load()}, time.monotonic()
    console.print(f"== {name}")
    try:
        # Here and not in /tmp, which may be memory: the journal is measured with its syncs.
        with tempfile.TemporaryDirectory(dir=RESULTS, prefix="tmp-") as folder:
            say: Say = lambda text: console.print(f"   {text}")  # noqa: E731 -- typed by its name
            report = asyncio.run(_awaited((SUBJECTS | CHATS)[name](say, Path(folder).resolve())))
    except Exception:  # noqa: BLE001 -- one broken subject must not hide the others
        console.print_exception()
        return None
    facts |= {"load_after": load(), "took_seconds": round(time.monotonic() - began, 1)}
    write(RESULTS / f"{name}.json", report, facts)
    return report


async def _awaited(measuring: Awaitable[Report]) -> Report:
    return await measuring


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
