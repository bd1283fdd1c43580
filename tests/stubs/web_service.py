"""The real service in a process of its own: `python -m bot up` on a folder, ended or killed."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.web_token import FILE, WebToken

_ROOT = Path(__file__).parents[2]
_PATIENCE = 60.0  # seconds until it must serve, or have ended
_OTHERS = ("AETHER_", "OPENAI_", "ANTHROPIC_", "SLACK_", "DISCORD_")


@dataclass(frozen=True, slots=True)
class Service:
    process: Process
    url: str
    reading: asyncio.Task[bytes]
    folder: Path

    @property
    def link(self) -> str:
        """The address that signs a browser in, as the terminal shows it."""
        return WebToken((self.folder / FILE).read_text()).link(self.url)

    async def kill(self) -> None:
        """SIGKILL: it gets no time for anything."""
        self.process.kill()
        await self.process.wait()


@asynccontextmanager
async def service(folder: Path, port: int = 0, **environ: str) -> AsyncGenerator[Service]:
    """Serving while the block runs; then SIGTERM, and it must end well unless it was killed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OTHERS)}
    settings = {"AETHER_DATA_DIR": str(folder), "AETHER_WEB__PORT": str(port)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "up", cwd=_ROOT, env=kept | settings | environ,
        stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE, limit=1 << 20,
    )  # fmt: skip
    assert process.stderr is not None
    try:
        async with asyncio.timeout(_PATIENCE):
            url = await _ready(process.stderr)
        # Nobody else reads its log, and a full pipe would stop it.
        reading = asyncio.create_task(process.stderr.read())
        yield Service(process, url, reading, folder)
    finally:
        killed = process.returncode is not None
        if not killed:
            process.terminate()
        async with asyncio.timeout(_PATIENCE):
            code = await process.wait()
    log = (await reading).decode(errors="replace")
    assert killed or code == 0, log


async def _ready(log: asyncio.StreamReader) -> str:
    said = ""
    async for line in log:
        said += line.decode(errors="replace")
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if record.get("event") == "ready":
            return str(record["address"])
    raise AssertionError(f"`bot up` ended before it was ready:\n{said}")
