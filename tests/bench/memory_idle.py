"""Memory of the real service while nobody talks to it, connected to one chat platform."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from processes import end, environment
from story import open_house

from adapters.simulators.discord.simulator import twin
from adapters.simulators.slack.simulator import simulator
from runtime.clock import SystemClock
from runtime.testing.model import ScriptedModel
from runtime.testing.sandbox import FakeSandbox

_PATIENCE = 60.0  # seconds until it is connected
_QUIET = 5.0  # seconds: what belongs to the start is over then


async def with_slack(folder: Path) -> float:
    """MiB."""
    async with simulator(SystemClock()) as slack:
        environ = {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "AETHER_SLACK__BASE_URL": slack.base_url,
        }
        async with _service(folder, "slack.connected", environ) as bot:
            return await _resident(bot)


async def with_discord(folder: Path) -> float:
    """MiB."""
    async with twin(SystemClock()) as discord:
        environ = {
            "DISCORD_TOKEN": discord.token,
            "AETHER_DISCORD__REST_URL": discord.rest_url,
            "AETHER_DISCORD__GATEWAY_URL": discord.gateway_url,
        }
        async with _service(folder, "discord.connected", environ) as bot:
            return await _resident(bot)


async def _resident(bot: Process) -> float:
    """As the system counts it: with what the allocator keeps for later."""
    await asyncio.sleep(_QUIET)
    return _rss(Path(f"/proc/{bot.pid}/status"))


def _rss(status: Path) -> float:
    lines = status.read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


@asynccontextmanager
async def _service(folder: Path, event: str, environ: dict[str, str]) -> AsyncGenerator[Process]:
    """`bot up`, from the moment when it has logged `event`."""
    async with open_house(folder, ScriptedModel([]), FakeSandbox()):
        """The database exists, as it does at every start but the first."""
    given = environment(
        AETHER_DATA_DIR=str(folder),
        AETHER_WEB__PORT="0",
        AETHER_MODEL="openai:stub",
        OPENAI_BASE_URL="http://127.0.0.1:9/v1",
        **environ,
    )
    bot = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "up", stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE, env=given
    )
    try:
        assert bot.stderr is not None
        async with asyncio.timeout(_PATIENCE):
            while (line := await bot.stderr.readline()) and json.loads(line)["event"] != event:
                pass
        yield bot
    finally:
        await end(bot)
