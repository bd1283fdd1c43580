"""Many live threads at once, in virtual time: what pacing itself costs."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from adapters.pace.pacer import CallRequest, Pacer
from adapters.ports.cards import Urgency
from adapters.ports.rate_limit import RateLimit
from adapters.testing.virtual import LoopClock, run_virtual

LATENCY = 0.08  # seconds of each call


@dataclass(slots=True)
class Paced:
    """`asked` counts how often somebody was asked what they want to do."""

    calls: int = 0
    asked: int = 0
    cpu: float = 0.0
    streams: set[str] = field(default_factory=set[str])


def pace(workspaces: int, threads: int, seconds: float) -> Paced:
    """So many live threads in each workspace, each of which always has something new to show."""
    return run_virtual(_pace(workspaces, threads, seconds))


async def _pace(workspaces: int, threads: int, seconds: float) -> Paced:
    pacer, found = Pacer(LoopClock()), Paced()
    began = time.process_time()
    live = [
        asyncio.ensure_future(_live(pacer, f"{team}/{thread}", str(team), found))
        for team in range(workspaces)
        for thread in range(threads)
    ]
    await asyncio.sleep(seconds)
    found.cpu = time.process_time() - began
    for task in live:
        task.cancel()
    await asyncio.gather(*live, return_exceptions=True)
    return found


async def _live(pacer: Pacer, stream: str, team: str, found: Paced) -> None:
    rate_limits, notify = (RateLimit(f"{team}/chat.update", 50, 60.0),), asyncio.Event()

    def requests() -> tuple[CallRequest]:
        found.asked += 1
        return (CallRequest(rate_limits, Urgency.ANSWER, since, stream),)

    while True:
        since = pacer.now()
        async with pacer.permit(requests, notify):
            await asyncio.sleep(LATENCY)
        found.calls += 1
        found.streams.add(stream)
