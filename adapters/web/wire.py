"""One WebSocket as a line that JSON goes over: bounded both ways."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

from aiohttp import web
from pydantic import JsonValue

from adapters.web import frames, keys

HEARTBEAT = 20.0  # seconds between pings; who answers none is gone
PATIENCE = 30.0  # seconds that a reader may take for one frame
_HARD_LIMIT = 16 * frames.LIMIT  # beyond it the connection ends: reading it would cost memory


class Line:
    """What is sent waits for the reader, so that nothing piles up behind a slow one."""

    def __init__(self, socket: web.WebSocketResponse, transport: asyncio.Transport | None) -> None:
        self.socket = socket
        self._transport = transport

    @staticmethod
    @asynccontextmanager
    async def open(request: web.Request) -> AsyncGenerator[Line]:
        """Accept the socket. 503 where there are too many."""
        crowd, gauge = request.app[keys.CROWD], request.app[keys.METRICS].sockets
        if crowd.is_full:
            raise web.HTTPServiceUnavailable(text="Too many connections are open.")
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=_HARD_LIMIT)
        with crowd.member(socket), gauge.track_inprogress():
            await socket.prepare(request)
            yield Line(socket, request.transport)

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
