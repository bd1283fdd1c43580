"""One WebSocket as a line that JSON goes over: bounded both ways."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Coroutine, Mapping
from contextlib import asynccontextmanager

from aiohttp import WSMessage, WSMsgType, web
from pydantic import JsonValue

from adapters.web import app_keys, frames
from adapters.web.rate_limits import Rates

HEARTBEAT = 20.0  # seconds between pings; who answers none is gone
PATIENCE = 30.0  # seconds that a reader may take for one frame
FRAMES_PER_SECOND, FRAMES_AT_ONCE = 10.0, 60.0  # of one client
_HARD_LIMIT = 16 * frames.LIMIT  # beyond it the connection ends: reading it would cost memory


class JsonSocket:
    """What is sent waits for the reader, so that nothing piles up behind a slow one."""

    def __init__(self, socket: web.WebSocketResponse, transport: asyncio.Transport | None) -> None:
        self.socket = socket
        self._transport = transport
        self._bucket = Rates(FRAMES_PER_SECOND, FRAMES_AT_ONCE).bucket()

    @staticmethod
    @asynccontextmanager
    async def open(request: web.Request) -> AsyncGenerator[JsonSocket]:
        """Accept the socket. 503 where there are too many."""
        connections, gauge = (
            request.app[app_keys.CONNECTIONS],
            request.app[app_keys.METRICS].sockets,
        )
        if connections.is_full:
            raise web.HTTPServiceUnavailable(text="Too many connections are open.")
        # Compressing costs every viewer memory and work, and to this machine itself gains nothing.
        socket = web.WebSocketResponse(
            heartbeat=HEARTBEAT, max_msg_size=_HARD_LIMIT, compress=False
        )
        with connections.member(socket), gauge.track_inprogress():
            await socket.prepare(request)
            yield JsonSocket(socket, request.transport)

    def heard(self, message: WSMessage) -> str:
        """The text of a frame that came in. Raises BadFrame for bytes, and for one too many."""
        if message.type is not WSMsgType.TEXT:
            raise frames.BadFrame("frames are JSON text, not binary")
        if not self._bucket.take(asyncio.get_running_loop().time()):
            raise frames.BadFrame("too many frames at once: wait a moment")
        return message.data

    async def send(self, frame: Mapping[str, JsonValue]) -> None:
        await self.send_text(json.dumps(frame, ensure_ascii=False, separators=(",", ":")))

    async def send_text(self, text: str) -> None:
        """Raises ConnectionError when nobody reads any more."""
        if self.socket.closed:
            raise ConnectionResetError("the socket is closed")
        try:
            async with asyncio.timeout(PATIENCE):
                await self.socket.send_str(text)
        except TimeoutError:
            if self._transport is not None:
                self._transport.abort()
            raise ConnectionResetError("the reader is too slow") from None


async def until_one_ends(*works: Coroutine[None, None, None]) -> None:
    """All of them at once, until the client leaves or one cannot go on. Raises what ended it;
    that nobody reads any more is no fault."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, ConnectionError):
            raise result
