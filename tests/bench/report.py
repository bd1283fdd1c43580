"""What a benchmark found out: figures with their bars, printed for people, written as JSON."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

Say = Callable[[str], None]
"""Tells people what goes on."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value; it must not be larger than its bar, or not smaller where `at_least`."""

    name: str
    value: float
    unit: str
    bar: float | None = None
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        """None where there is no bar."""
        if self.bar is None:
            return None
        return self.value >= self.bar if self.at_least else self.value <= self.bar


@dataclass(slots=True)
class Report:
    """The figures of one subject; `details` is JSON and holds what they are made of."""

    figures: list[Figure] = field(default_factory=list[Figure])
    details: dict[str, Any] = field(default_factory=dict[str, Any])

    def add(
        self,
        name: str,
        value: float,
        unit: str,
        bar: float | None = None,
        *,
        at_least: bool = False,
    ) -> None:
        self.figures.append(Figure(name, value, unit, bar, at_least))


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))]


def spread(values: Sequence[float]) -> dict[str, float]:
    """JSON of a series in milliseconds, from seconds."""
    return {
        "n": len(values),
        "min_ms": round(min(values) * 1000, 3),
        "median_ms": round(statistics.median(values) * 1000, 3),
        "p95_ms": round(percentile(values, 0.95) * 1000, 3),
        "p99_ms": round(percentile(values, 0.99) * 1000, 3),
    }


def machine() -> dict[str, Any]:
    """What a reader must know of the machine; names neither it nor any folder."""
    return {
        "processor": _line(Path("/proc/cpuinfo"), "model name"),
        "cores": len(os.sched_getaffinity(0)),
        "memory": _line(Path("/proc/meminfo"), "MemTotal"),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }


def load() -> float:
    """Processes that wanted a core in the last minute: above the number of cores, figures lie."""
    return round(os.getloadavg()[0], 2)


def _line(file: Path, name: str) -> str:
    if not file.exists():
        return "unknown"
    for line in file.read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return "unknown"


def write(file: Path, report: Report, facts: dict[str, Any]) -> None:
    figures = [asdict(figure) | {"met": figure.met} for figure in report.figures]
    content = {"machine": facts, "figures": figures, "details": report.details}
    file.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def show(console: Console, reports: dict[str, Report]) -> None:
    """One table of all figures."""
    table = Table("what", "measured", "bar", "met", title="Aether, measured", title_justify="left")
    for subject, report in reports.items():
        table.add_section()
        for figure in report.figures:
            sign = ">=" if figure.at_least else "<="
            bar = "" if figure.bar is None else f"{sign} {_number(figure.bar)}"
            met = {True: "yes", False: "NO", None: ""}[figure.met]
            value = f"{_number(figure.value)} {figure.unit}".rstrip()
            table.add_row(f"{subject}: {figure.name}", value, bar, met)
    console.print(table)


def _number(value: float) -> str:
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"
