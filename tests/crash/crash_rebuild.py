"""A fresh process: reads a database, believes, and writes it down. Arguments: URL, folder, file."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from crash_stage import SESSION
from crash_watch import rebuilt

from runtime.clock import SystemClock
from runtime.engine import LocalEngine
from runtime.journal import FileArtifacts, SqlJournal


async def main(url: str, folder: Path, file: Path) -> None:
    clock = SystemClock()
    opening = SqlJournal.open(
        url,
        clock=clock,
        artifacts=FileArtifacts(folder / "artifacts"),
        wake=LocalEngine(clock).wake,
        published=lambda session, entries: None,
    )
    async with opening as journal:
        rebuilt(await journal.read(SESSION)).write(file)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])))
