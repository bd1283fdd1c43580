"""CPU seconds of the bot process for runs of 1,000 tokens."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from bot_side import open_bot, run
from processes import tell

_CROWD = 10


async def measure(folder: Path, url: str, rate: str) -> None:
    async with open_bot(folder, url) as manager:
        await run(manager, "warm", "4000/s")  # imports the model's library
        for crowd in (1, _CROWD):
            before, began = time.process_time(), time.monotonic()
            async with asyncio.TaskGroup() as tasks:
                for n in range(crowd):
                    tasks.create_task(run(manager, f"{crowd}.{n}", rate))
            seconds = (time.process_time() - before) / crowd
            tell(crowd=crowd, cpu=seconds, wall=time.monotonic() - began)


if __name__ == "__main__":
    asyncio.run(measure(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
