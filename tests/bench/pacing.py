"""How old is what people see, on the design's trace, in virtual time: pacer, reconciler and layout
against a platform that enforces its limits, next to even pacing by somebody who knows the end.

Tokens that are produced before the card has a reason to appear count from when it has.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from pathlib import Path

import structlog
from rich.console import Console

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "stubs"))

from adapters_many import pace
from adapters_pacing import Measured, Trace, bucket, even, simulate, window
from report import Report, Say, show

_FIVE_MINUTES = Trace(answer=11_760)

# Name, simulation, bars of mean and p95 (seconds).
_ROWS: tuple[tuple[str, Callable[[], Measured], float | None, float | None], ...] = (
    ("1 run, rolling window", lambda: simulate(window()), 0.7, 1.3),
    ("1 run, window, third round", lambda: simulate(window(), earlier=2), 0.7, 1.3),
    ("1 run, token bucket of 10", lambda: simulate(bucket()), 0.75, 1.5),
    ("1 run, bucket, third round", lambda: simulate(bucket(), earlier=2), 0.75, 1.5),
    ("5 min, rolling window", lambda: simulate(window(), trace=_FIVE_MINUTES), 0.8, None),
    ("5 min, token bucket of 10", lambda: simulate(bucket(), trace=_FIVE_MINUTES), 0.8, None),
    ("10 runs, rolling window", lambda: simulate(window(), 10), 1.4 * even(10), None),
    ("10 runs, token bucket of 10", lambda: simulate(bucket(), 10), None, None),
    ("50 runs, rolling window", lambda: simulate(window(), 50), None, None),
    ("50 runs, token bucket of 10", lambda: simulate(bucket(), 50), None, None),
)


async def measure(say: Say, folder: Path) -> Report:
    """Virtual time has its own loop, so it runs in a thread."""
    return await asyncio.to_thread(_measure, say)


def _measure(say: Say) -> Report:
    report = Report()
    for runs in (1, 10):
        report.add(f"even pacing, {runs} run(s): mean", even(runs), "s")
    for name, simulation, mean, p95 in _ROWS:
        say(name)
        found = simulation()
        report.add(f"{name}: mean", found.mean, "s", mean)
        report.add(f"{name}: p95", found.p95, "s", p95)
        report.add(f"{name}: 429s", found.refused, f"beside {found.edits} edits")
        report.add(f"{name}: exact finals", found.exact / found.runs, "", 1.0, at_least=True)
        report.add(f"{name}: end lag", found.lag, "s", 1.0 if found.runs <= 10 else None)
        if found.runs > 1:
            bar = 0.97 if found.runs == 10 else None
            report.add(f"{name}: fairness (Jain)", found.fairness, "", bar, at_least=True)
    say("200 workspaces with a live thread each, 30 s")
    many = pace(200, 1, 30.0)
    report.add("200 workspaces, 30 s: CPU", many.cpu, "s", 1.5)
    report.add("200 workspaces, 30 s: looks per call", many.asked / many.calls, "", 1.3)
    return report


def main() -> None:
    quiet = structlog.make_filtering_bound_logger(logging.CRITICAL)
    structlog.configure(wrapper_class=quiet)
    console = Console(highlight=False, soft_wrap=True, width=100)
    show(console, {"pacing": asyncio.run(measure(console.print, Path()))})


if __name__ == "__main__":
    main()
