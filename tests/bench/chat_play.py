"""Runs on a chat platform, from mention to final text, with the real service in between."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from chat_trace import Crowd, Watched
from processes import Process, child, heard
from report import Report, percentile
from story import open_house

from runtime.testing.model import ScriptedModel
from runtime.testing.sandbox import FakeSandbox

LATENCY = 0.08  # seconds of every call, there and back
_PATIENCE = 900.0  # seconds until the last final text
_SETTLED = 2.0  # seconds without which calls after the finals would be missed


class Scene(Protocol):
    """A platform with as many rooms as there are runs, one for each."""

    async def say(self, name: str) -> None:
        """Somebody asks for run `name`, in a room of its own."""
        ...

    def over(self, name: str) -> bool:
        """Whether its whole answer stands there."""
        ...

    def watch(self, name: str, run: Watched) -> None:
        """What could be seen of it, and when."""
        ...

    @property
    def calls(self) -> int: ...
    @property
    def limited(self) -> int:
        """How many of them were refused with 429."""
        ...

    async def until(self, holds: Callable[[], bool], patience: float) -> None: ...


@dataclass(frozen=True, slots=True)
class Played:
    """`cpu` in seconds and `rss` in MiB, of the service."""

    crowd: Crowd
    calls: int
    limited: int
    cpu: float
    rss: float


@asynccontextmanager
async def service(
    folder: Path, model_url: str, environ: Mapping[str, str]
) -> AsyncGenerator[Process]:
    """Connected while the block runs."""
    async with open_house(folder, ScriptedModel([]), FakeSandbox()):
        """The database exists, as it does at every start but the first."""
    more = {
        "AETHER_DATA_DIR": str(folder),
        "AETHER_MODEL": "openai:stub",
        "OPENAI_BASE_URL": f"{model_url}/v1",
        **environ,
    }
    async with child("chat_bot.py", **more) as bot:
        await heard(bot)
        yield bot


async def play(scene: Scene, runs: int, model: Process, bot: Process) -> Played:
    """All at once; returns when every final text stands there."""
    watched = {f"r{runs}x{n}": Watched(0.0) for n in range(runs)}
    calls, limited, cpu = scene.calls, scene.limited, _cpu(bot.pid)
    listening = asyncio.create_task(_listen(model, watched))
    try:
        for name, run in watched.items():
            run.said = time.time()
            await scene.say(name)
        async with asyncio.timeout(_PATIENCE):
            await scene.until(_all_over(scene, watched), _PATIENCE)
        await asyncio.sleep(_SETTLED)
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    for name, run in watched.items():
        scene.watch(name, run)
    crowd = Crowd(tuple(watched.values()))
    spent = (_cpu(bot.pid) - cpu) / runs
    return Played(crowd, scene.calls - calls, scene.limited - limited, spent, _rss(bot.pid))


def _all_over(scene: Scene, names: Iterable[str]) -> Callable[[], bool]:
    """Whether every whole answer stands there. It is asked after every call and shares the cores
    with what is measured: so it looks at one thread, and no more at one that is over."""
    left = list(names)

    def holds() -> bool:
        while left and scene.over(left[-1]):
            left.pop()
        return not left

    return holds


def add(report: Report, name: str, played: Played, bars: tuple[float | None, float | None]) -> None:
    """The figures of one measurement; `bars` of mean and p95 staleness, in seconds."""
    crowd, values = played.crowd, played.crowd.values
    runs = len(crowd.runs)
    report.add(f"{name}: staleness mean", statistics.mean(values), "s", bars[0])
    report.add(f"{name}: staleness p95", percentile(values, 0.95), "s", bars[1])
    few = runs <= 10
    sign = max(run.first_sign for run in crowd.runs)
    report.add(f"{name}: first sign", sign, "s", 0.3 if few else None)
    report.add(
        f"{name}: end lag", max(run.lag for run in crowd.runs), "s", 1.0 if runs < 11 else None
    )
    exact = sum(run.exact for run in crowd.runs) / runs
    report.add(f"{name}: exact finals", exact, "", 1.0, at_least=True)
    report.add(f"{name}: calls", played.calls, "")
    report.add(f"{name}: refused with 429", played.limited / max(1, played.calls), "of them")
    if runs > 1:
        bar = 0.97 if runs == 10 else None
        report.add(f"{name}: fairness (Jain)", crowd.fairness, "", bar, at_least=True)
    report.add(f"{name}: CPU per run", played.cpu, "s")
    report.add(f"{name}: memory after", played.rss, "MiB")


async def _listen(model: Process, watched: Mapping[str, Watched]) -> None:
    while True:
        told = await heard(model)
        if told["run"] in watched:
            watched[told["run"]].began.setdefault(told["part"], told["at"])


def _cpu(pid: int) -> float:
    """Seconds of user and system time."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _rss(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
