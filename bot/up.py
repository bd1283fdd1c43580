"""`bot up`: the service."""

from __future__ import annotations

import asyncio
import signal
import sys
import time

import structlog

from adapters.web.server import address_of, listen, serving
from bot import __version__, workbench
from bot.chat.lifespan import chatting
from bot.chat.platforms import served_by
from bot.composition import database_place, open_service
from bot.service import Service
from bot.web_token import WebToken, local, made_token, with_token
from config.settings import Settings
from runtime.clock import SystemClock
from runtime.errors import AetherError

log = structlog.get_logger(__name__)

_GRACE = 20.0  # seconds that running steps get at the end


def greeting(address: str, token: WebToken) -> str:
    """What the terminal says. The link that signs a browser in is shown once."""
    if token.made:
        return f"Aether is at {token.link(address)}\nOpen it in a browser. Ctrl-C ends it.\n"
    return (
        f"Aether is at {address}. Ctrl-C ends it.\n"
        "A browser that is not signed in yet: python -m bot link\n"
    )


async def load(service: Service) -> None:
    """The model's library takes seconds to import: in a thread, while nobody waits yet. The first
    turn tells people what keeps it from being loaded."""
    began = time.monotonic()
    try:
        if service.load:
            await service.load()
    except AetherError as error:
        log.warning("model.not_loaded", why=str(error))
        return
    log.info("model.loaded", seconds=round(time.monotonic() - began, 2))


async def serve(settings: Settings) -> int:
    """Until SIGTERM or SIGINT, then drain; a second signal ends it at once."""
    began, stop, loop = time.monotonic(), asyncio.Event(), asyncio.get_running_loop()
    token = made_token(settings)
    settings = with_token(settings, token)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    platforms, access = served_by(settings, SystemClock()), workbench.access(settings)
    waiting = listen(settings.web.host, settings.web.port)
    address = address_of(waiting)
    async with (
        open_service(settings, _GRACE, address, platforms.settlers) as service,
        chatting(service, platforms, _GRACE) as context,
        serving(waiting, workbench.context(settings, service), access, platforms.routes(context)),
    ):
        log.info(
            "ready",
            address=address,
            version=__version__,
            seconds=round(time.monotonic() - began, 2),
            database=database_place(settings),
            model=service.why,
            platforms=[platform.name for platform in platforms.every],
        )
        if sys.stdout.isatty():  # logs are for the operator, and no secret belongs there
            sys.stdout.write(greeting(local(address), token))
            sys.stdout.flush()
        loading = asyncio.create_task(load(service), name="model library")
        await stop.wait()
        loading.cancel()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
        log.info("draining", seconds=_GRACE)
    log.info("stopped")
    return 0
