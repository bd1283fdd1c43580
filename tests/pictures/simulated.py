"""`python -m bot up --simulate PLATFORM` in a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_PATIENCE = 60.0  # seconds until the bot must be there, or have ended
_OTHERS = ("AETHER_", "OPENAI_", "ANTHROPIC_", "SLACK_", "DISCORD_")


@asynccontextmanager
async def simulated(platform: str) -> AsyncGenerator[str]:
    """The platform's page, with the bot connected, while the block runs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OTHERS)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "up", "--simulate", platform, cwd=_ROOT,
        env=kept | {"AETHER_MODEL": "demo", "AETHER_WEB__PORT": "0"},
        stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE, limit=1 << 20,
    )  # fmt: skip
    assert process.stderr is not None
    try:
        async with asyncio.timeout(_PATIENCE):
            page = await _connected(process.stderr, platform)
        # Nobody else reads its log, and a full pipe would stop it.
        reading = asyncio.create_task(process.stderr.read())
        yield page
    finally:
        if process.returncode is None:
            process.terminate()
        async with asyncio.timeout(_PATIENCE):
            code = await process.wait()
    log = (await reading).decode(errors="replace")
    assert code == 0, log


async def _connected(log: asyncio.StreamReader, platform: str) -> str:
    said = page = ""
    async for line in log:
        said += line.decode(errors="replace")
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if record.get("event") == "simulated":
            page = str(record["page"])
        if record.get("event") == f"{platform}.connected":
            return page
    raise AssertionError(f"`bot up --simulate {platform}` ended before it was ready:\n{said}")
