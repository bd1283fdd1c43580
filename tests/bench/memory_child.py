"""Resident memory of the bot process: open, after a run, with parked and with live runs."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import os
import sys
from pathlib import Path

from bot_side import open_bot, parked, run, say
from processes import tell

from runtime import AgentManager

_PAGE = os.sysconf("SC_PAGE_SIZE")
_LIVE = (10, 50)
_PARKED = (100, 400)  # the first ones fill caches of fixed size
_WARM = 8.0  # seconds into the streams


def resident() -> float:
    """MiB, without what the allocator only keeps for later."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * _PAGE / 2**20


async def measure(folder: Path, url: str) -> None:
    async with open_bot(folder, url) as manager:
        tell(idle=resident())
        await run(manager, "first", "4000/s")
        tell(after_run=resident())
        tell(parked=[await _park(manager, count) for count in _PARKED], counts=_PARKED)
        tell(live=[await _live(manager, count) for count in _LIVE], counts=_LIVE)
        os._exit(0)  # else the bot would wait for the streams to end


async def _park(manager: AgentManager, upto: int) -> float:
    """The memory with so many runs that wait for an approval."""
    names = [f"park.{n}" for n in range(upto)]
    known = {row.address.thread for row in await manager.list(10_000)}
    new = [await say(manager, name, "park") for name in names if name not in known]
    await parked(manager, new)
    return resident()


async def _live(manager: AgentManager, upto: int) -> float:
    """The memory with so many more runs in mid-stream, each watched."""
    for n in range(upto - len(_running)):
        task = asyncio.create_task(run(manager, f"live.{upto}.{n}", "20/s"))
        _running.add(task)
    await asyncio.sleep(_WARM)
    return resident()


_running: set[asyncio.Task[None]] = set()

if __name__ == "__main__":
    asyncio.run(measure(Path(sys.argv[1]), sys.argv[2]))
