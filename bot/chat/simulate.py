"""`bot up --simulate`: the real service in front of a chat platform on this machine.

The platform forgets everything at its end, and threads of it must never be looked for on the real
one. So the journal lives as long: in a folder of its own that goes with it.
"""

from __future__ import annotations

import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path

import structlog
import typer
from pydantic import SecretStr

from bot.up import serve
from config.settings import Database, Settings
from runtime.clock import SystemClock
from runtime.errors import Misconfigured

log = structlog.get_logger(__name__)

_NONE = SecretStr("")
_NOT_HERE = "the image of the service holds no simulators; run it in a clone of the project"
_NOT_SLACK = {"bot_token": _NONE, "app_token": _NONE, "client_id": "", "client_secret": _NONE}


async def simulate(settings: Settings, platform: str) -> int:
    """Serve until SIGTERM or SIGINT. Raises Misconfigured for a platform that has no simulator."""
    simulators = {"slack": _slack, "discord": _discord}
    if platform not in simulators:
        raise Misconfigured(f"--simulate {platform}: there is {' and '.join(simulators)}")
    if find_spec("adapters.simulators") is None:
        raise Misconfigured(f"--simulate {platform}: {_NOT_HERE}")
    with tempfile.TemporaryDirectory(prefix="aether-", ignore_cleanup_errors=True) as folder:
        own = {
            "data_dir": Path(folder),
            "database": Database(url=_NONE),
            "slack": settings.slack.model_copy(update=_NOT_SLACK),
            "discord": settings.discord.model_copy(update={"token": _NONE}),
        }
        async with simulators[platform](settings.model_copy(update=own)) as simulated:
            return await serve(simulated)


@asynccontextmanager
async def _slack(settings: Settings) -> AsyncGenerator[Settings]:
    from adapters.simulators.slack.page.server import serving
    from adapters.simulators.slack.registration import Registration
    from adapters.simulators.slack.simulator import simulator
    from adapters.slack.inbound.event_dispatcher import ASK

    registered = Registration(shortcuts=((ASK, "Ask Aether"),))
    async with (
        simulator(SystemClock(), registration=registered) as slack,
        serving(slack) as page,
    ):
        _tell("slack", page)
        app = {
            "bot_token": SecretStr(slack.bot_token),
            "app_token": SecretStr(slack.app_token),
            "base_url": slack.base_url,
            "mode": "socket",
            "teams": (),
        }
        yield settings.model_copy(update={"slack": settings.slack.model_copy(update=app)})


@asynccontextmanager
async def _discord(settings: Settings) -> AsyncGenerator[Settings]:
    from adapters.simulators.discord.page.serve import serving
    from adapters.simulators.discord.simulator import twin

    async with twin(SystemClock()) as discord, serving(discord) as page:
        _tell("discord", page)
        app = {
            "token": SecretStr(discord.token),
            "rest_url": discord.rest_url,
            "gateway_url": discord.gateway_url,
            "shards": 0,
            "teams": (),
        }
        yield settings.model_copy(update={"discord": settings.discord.model_copy(update=app)})


def _tell(platform: str, page: str) -> None:
    """Logs are for the operator; whoever tries it needs the address and nothing else."""
    log.info("simulated", platform=platform, page=page)
    typer.echo(f"{platform.title()} is at {page}: mention the bot there, as anybody.")
