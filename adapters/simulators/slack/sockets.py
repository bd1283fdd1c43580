"""Socket Mode: connections of the app, and envelopes that wait for their acknowledgement."""

from __future__ import annotations

import asyncio
import itertools
import json
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from adapters.simulators.slack.state import State
from adapters.simulators.slack.wire import Json

MOST = 10
PATIENCE = 3.0
"""Seconds on the clock until an envelope without acknowledgement is sent again."""


@dataclass(eq=False, slots=True)
class Connection:
    """`deaf`: it stands, but nothing is delivered and no ping is answered. `late`: its last
    envelope was not acknowledged."""

    socket: web.WebSocketResponse
    transport: asyncio.Transport | None
    deaf: bool = False
    late: bool = False


@dataclass(slots=True)
class Sockets:
    service: State
    connections: list[Connection] = field(default_factory=list[Connection])
    _tickets: set[str] = field(default_factory=set[str])
    _waiting: dict[str, asyncio.Future[Json]] = field(
        default_factory=dict[str, "asyncio.Future[Json]"]
    )
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _turn: int = 0

    def address(self) -> str:
        """A WebSocket address that is good once."""
        ticket = f"link-{next(self._numbers)}"
        self._tickets.add(ticket)
        return f"{self.service.base_url.replace('http', 'ws', 1)}/link/?ticket={ticket}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            raise web.HTTPNotFound(text="unknown ticket")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        connection = Connection(socket, request.transport)
        if len(self.connections) >= MOST:
            await self._disconnect(connection, "too_many_websockets")
            return socket
        self.connections.append(connection)
        try:
            await socket.send_json(self._hello())
            self.service.changes.note()
            await self._listen(connection)
        finally:
            if connection in self.connections:
                self.connections.remove(connection)
            self.service.changes.note()
        return socket

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "connection_info": {"app_id": self.service.registration.app_id},
            "debug_info": {"host": "simulator", "approximate_connection_time": 3600},
        }

    async def _listen(self, connection: Connection) -> None:
        async for frame in connection.socket:
            if connection.deaf:
                continue
            if frame.type == WSMsgType.PING:
                await connection.socket.pong(frame.data)
            elif frame.type == WSMsgType.TEXT:
                self._acknowledged(json.loads(frame.data))

    def _acknowledged(self, frame: Any) -> None:
        waiting = self._waiting.pop(str(frame.get("envelope_id", "")), None)
        if waiting is not None and not waiting.done():
            waiting.set_result(frame.get("payload") or {})

    async def send(self, envelope: Json) -> Json | None:
        """To one of the connections; the payload of the acknowledgement, None if none came."""
        connection = self._next()
        if connection is None:
            await self.service.clock.sleep(PATIENCE)
            return None
        answer = asyncio.get_running_loop().create_future()
        self._waiting[str(envelope["envelope_id"])] = answer
        try:
            if not connection.deaf:
                with suppress(ConnectionError):  # it ends just now: nobody will acknowledge
                    await connection.socket.send_json(envelope)
            found = await self._in_time(answer)
            connection.late = found is None
            return found
        finally:
            self._waiting.pop(str(envelope["envelope_id"]), None)

    async def _in_time(self, answer: asyncio.Future[Json]) -> Json | None:
        late = asyncio.ensure_future(self.service.clock.sleep(PATIENCE))
        try:
            await asyncio.wait({answer, late}, return_when=asyncio.FIRST_COMPLETED)
            return answer.result() if answer.done() else None
        finally:
            late.cancel()

    def _next(self) -> Connection | None:
        """Each in turn; one that was late is asked only if there is no other."""
        prompt = [connection for connection in self.connections if not connection.late]
        if not (those := prompt or self.connections):
            return None
        self._turn += 1
        return those[self._turn % len(those)]

    async def disconnect(self, reason: str) -> None:
        """Asks every client to connect again, as Slack does every few hours."""
        for connection in list(self.connections):
            await self._disconnect(connection, reason)

    async def _disconnect(self, connection: Connection, reason: str) -> None:
        frame = {"type": "disconnect", "reason": reason, "debug_info": {"host": "simulator"}}
        await connection.socket.send_json(frame)
        if reason != "warning":
            await connection.socket.close()

    def drop(self) -> None:
        """All connections end without a word."""
        for connection in list(self.connections):
            if connection.transport is not None:
                connection.transport.abort()

    def deafen(self) -> None:
        for connection in self.connections:
            connection.deaf = True
