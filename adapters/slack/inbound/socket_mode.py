"""Socket Mode: a connection that is noticed when it is deaf, and replaced when it is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Protocol, cast

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient

from adapters.slack.error_codes import code_of, is_final, remedy_of
from adapters.slack.installations.web import body_of, client, prove
from runtime.errors import Misconfigured
from runtime.ports import Clock

log = structlog.get_logger(__name__)

HEARTBEAT = 10.0
"""Seconds between two pings; a connection that answers none is deaf after one and a half."""
LOOK = 1.0
"""Seconds on the clock between two looks at the connection."""
STEADY = 60.0
"""Seconds. A connection that lasted so long counts as mended: the next attempt is made at once."""
_HELLO = 15.0  # seconds until Slack must have greeted a new connection
_WAITS = (0.0, 1.0, 2.0, 5.0, 10.0, 30.0)  # seconds before each further attempt

Connected = Callable[[], Coroutine[Any, Any, None]]
_Heard = Callable[[AsyncBaseSocketModeClient, dict[str, Any], str | None], Awaitable[None]]


class _Hearing(Protocol):
    """What of the SDK's client is used, with types."""

    message_listeners: list[_Heard]


async def listen(
    app: AsyncApp,
    base_url: str,
    app_token: str,
    clock: Clock,
    connected: Connected,
    heartbeat: float = HEARTBEAT,
) -> None:
    """Connected until it is cancelled; `connected` runs beside each new connection, for what was
    missed before it, and is cancelled with it. Raises Misconfigured if the token will never do.

    The SDK follows Slack's own requests to connect again. A client that lost its connection is
    thrown away: it would go on with an address that is good only once.
    """
    failures = 0
    while True:
        await clock.sleep(_WAITS[min(failures, len(_WAITS) - 1)])
        failures += 1
        try:
            url = await _address(base_url, app_token)
            async with _connection(app, base_url, app_token, url, heartbeat) as socket:
                log.info("slack.connected")
                since = clock.monotonic()
                await _watched(socket, clock, connected)
            log.warning("slack.connection_lost", failures=failures)
            failures = 0 if clock.monotonic() - since >= STEADY else failures
        except SlackApiError as error:
            log.warning("slack.not_connected", error=code_of(error), failures=failures)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            log.warning("slack.not_connected", error=type(error).__name__, failures=failures)


async def _watched(socket: SocketModeClient, clock: Clock, connected: Connected) -> None:
    """Until the connection is lost. The gap may take minutes to read, so it is read meanwhile."""
    async with asyncio.TaskGroup() as tasks:
        reading = tasks.create_task(connected(), name="slack catch-up")
        while await socket.is_connected():
            await clock.sleep(LOOK)
        reading.cancel()


async def _address(base_url: str, app_token: str) -> str:
    """A WebSocket address, good once. Raises Misconfigured, or what the client raises."""
    try:
        answer = await prove(client(base_url, app_token), "apps.connections.open")
    except SlackApiError as error:
        if is_final(error):
            raise Misconfigured(unfit(error)) from None
        raise
    return str(body_of(answer).get("url") or "")


def unfit(error: SlackApiError) -> str:
    """Why Socket Mode cannot be used, with the way on."""
    return (
        f"Slack refuses Socket Mode ({code_of(error)}): {remedy_of(error)}. The app token begins"
        " with xapp- and has the scope connections:write"
    )


@asynccontextmanager
async def _connection(
    app: AsyncApp, base_url: str, app_token: str, url: str, heartbeat: float
) -> AsyncGenerator[SocketModeClient]:
    """Greeted by Slack. Raises TimeoutError if that takes too long."""
    web = client(base_url, app_token)
    handler = AsyncSocketModeHandler(app, app_token, web_client=web, ping_interval=heartbeat)
    socket, greeted = handler.client, asyncio.Event()

    async def heard(_: AsyncBaseSocketModeClient, message: dict[str, Any], __: str | None) -> None:
        if message.get("type") == "hello":
            greeted.set()

    cast(_Hearing, socket).message_listeners.append(heard)
    socket.default_auto_reconnect_enabled = socket.auto_reconnect_enabled = False
    socket.wss_uri = url
    try:
        async with asyncio.timeout(_HELLO):
            await socket.connect()
            await greeted.wait()
        yield socket
    finally:
        await socket.close()
