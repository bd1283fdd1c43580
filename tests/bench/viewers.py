"""The page under load: first sign, latency of events, 200 viewers of one run, 100 live runs."""

from __future__ import annotations

import asyncio
import signal
import statistics
from asyncio.subprocess import Process
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
from processes import child, heard
from report import Report, Say, percentile, spread
from viewers_page import Page, latencies, opened, spoken

_SIGN, _ACKNOWLEDGED = 300.0, 200.0  # milliseconds: first visible sign; an event's way, p95
_FIRST = 20  # tasks whose first sign is measured
_CROWD = 200
_LIVE = (20, 100)
_EACH = 1.0  # MiB for a further live run with its viewer
_WARM, _WINDOW = 4.0, 8.0  # seconds into the streams, and of CPU that is counted
_DONE = "ending done"


async def measure(say: Say, folder: Path) -> Report:
    report = Report()
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(child("stub_child.py"))
        url = (await heard(server))["url"]
        bot = await stack.enter_async_context(child("viewers_child.py", str(folder), url))
        connector = aiohttp.TCPConnector(limit=0)
        http = await stack.enter_async_context(
            aiohttp.ClientSession((await heard(bot))["url"], connector=connector)
        )
        say(f"first sign, {_FIRST} tasks")
        await _first_sign(report, http)
        say("one run, one viewer: 8 s of words")
        await _one_run(report, http, "one viewer", 1)
        before = await _used(bot)
        say(f"one run, {_CROWD} viewers")
        peak = await _one_run(report, http, f"{_CROWD} viewers", _CROWD, bot)
        report.add("memory of each viewer", (peak - before["mib"]) / _CROWD, "MiB", 0.5)
        say(f"{_LIVE[1]} live runs, each with a viewer")
        await _live_runs(report, http, bot)
    return report


async def _used(bot: Process) -> dict[str, Any]:
    bot.send_signal(signal.SIGUSR1)
    return await heard(bot)


async def _first_sign(report: Report, http: aiohttp.ClientSession) -> None:
    """From the message to the first fragment, on a page that is open."""
    loop, signs = asyncio.get_running_loop(), list[float]()
    for n in range(_FIRST + 1):
        async with opened(http, f"first-{n}") as page:
            began = loop.time()
            await page.say("4000/s")
            await page.until('{"fragment"')
            signs.append(loop.time() - began)
            await page.until(_DONE)
    signs = signs[1:]  # the very first one imports the model's library
    report.details["first_sign"] = spread(signs)
    report.add("first sign, median", statistics.median(signs) * 1000, "ms", _SIGN)


async def _one_run(
    report: Report, http: aiohttp.ClientSession, name: str, crowd: int, bot: Process | None = None
) -> float:
    """MiB with everybody there, in mid-stream; 0 if nobody asks."""
    thread = f"crowd-{crowd}"
    async with AsyncExitStack() as stack:
        pages = [await stack.enter_async_context(opened(http, thread)) for _ in range(crowd)]
        words = asyncio.create_task(spoken(http, thread))
        await pages[0].say("100/s")
        watching = asyncio.gather(*(page.until(_DONE) for page in pages))
        await asyncio.sleep(_WARM)
        mib = (await _used(bot))["mib"] if bot else 0.0
        await watching
        told = await words
    seconds = [each for page in pages for each in latencies(page, told)]
    report.details[name] = spread(seconds) | {"frames": _frames(pages)}
    report.add(f"word to page, {name}, median", statistics.median(seconds) * 1000, "ms")
    report.add(f"word to page, {name}, p95", percentile(seconds, 0.95) * 1000, "ms", _ACKNOWLEDGED)
    return mib


def _frames(pages: list[Page]) -> float:
    return statistics.mean(page.fragments for page in pages)


async def _live_runs(report: Report, http: aiohttp.ClientSession, bot: Process) -> None:
    memory: list[float] = []
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as tasks:
        watching: list[asyncio.Task[float]] = []
        for upto in _LIVE:
            for n in range(len(watching), upto):
                page = await stack.enter_async_context(opened(http, f"live-{n}"))
                await page.say("10/s")
                watching.append(tasks.create_task(page.until(_DONE)))
            await asyncio.sleep(_WARM)
            memory.append((await _used(bot))["mib"])
        before = await _used(bot)
        await asyncio.sleep(_WINDOW)
        after = await _used(bot)
        for task in watching:
            task.cancel()
    few, many = _LIVE
    share = (after["cpu"] - before["cpu"]) / (after["at"] - before["at"])
    report.details["live_mib"] = dict(zip(_LIVE, memory, strict=True))
    report.add(
        f"memory of each of {many} live runs", (memory[1] - memory[0]) / (many - few), "MiB", _EACH
    )
    report.add(f"CPU of {many} live runs, {many * 10} words/s", share, "cores")
