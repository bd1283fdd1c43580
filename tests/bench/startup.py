"""From the start of `python -m bot up` to its log line `ready`, and from SIGTERM to its end."""

from __future__ import annotations

import asyncio
import resource
import statistics
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path

from processes import end, environment
from report import Report, Say

_TIMES = 5
_BAR = 3.0  # seconds
_PATIENCE = 30.0


async def measure(say: Say, folder: Path) -> Report:
    await _once(folder)  # byte code and page cache
    starts: list[float] = []
    ends: list[float] = []
    before = _cpu()
    for n in range(_TIMES):
        say(f"start {n + 1} of {_TIMES}")
        start, stop = await _once(folder)
        starts.append(start)
        ends.append(stop)
    report = Report(details={"starts": starts, "ends": ends})
    cpu = (_cpu() - before) / _TIMES  # says whether a slow start is ours or the machine's
    report.add("exec to ready", statistics.median(starts), "s", _BAR)
    report.add("CPU from exec to the end", cpu, "s")
    report.add("SIGTERM to the end", statistics.median(ends), "s")
    return report


def _cpu() -> float:
    """CPU seconds of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


async def _once(folder: Path) -> tuple[float, float]:
    began = time.perf_counter()
    bot = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "up",
        stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE,
        env=environment(
            AETHER_DATA_DIR=str(folder),
            AETHER_WEB__PORT="0",
            AETHER_MODEL="openai:stub",
            OPENAI_BASE_URL="http://127.0.0.1:9/v1",  # nothing is sent before the first task
        ),
    )  # fmt: skip
    try:
        async with asyncio.timeout(_PATIENCE):
            await _ready(bot)
        ready = time.perf_counter()
    finally:
        code = await end(bot)
    if code != 0:
        raise RuntimeError(f"`bot up` ended with code {code} after SIGTERM")
    return ready - began, time.perf_counter() - ready


async def _ready(bot: Process) -> None:
    assert bot.stderr is not None
    said = ""
    async for line in bot.stderr:
        said += line.decode(errors="replace")
        if "ready" in said:
            return
    raise RuntimeError(f"`bot up` ended before it was ready:\n{said}")
