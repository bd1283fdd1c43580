"""One WebSocket of the gateway: HELLO, IDENTIFY or RESUME, heartbeats, and what happens."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections import deque
from datetime import datetime, timedelta
from typing import cast

from aiohttp import WSMsgType, web
from pydantic import JsonValue

from adapters.simulators.discord.gateway.hub import Hub
from adapters.simulators.discord.gateway.session import Close, Outgoing, Session
from adapters.simulators.discord.intents import Intent
from adapters.simulators.discord.payload import Json
from adapters.simulators.discord.wire import member_json

UNKNOWN_OPCODE, DECODE_ERROR, NOT_AUTHENTICATED, BAD_TOKEN = 4001, 4002, 4003, 4004
TWICE, BAD_SEQUENCE, TOO_FAST, BAD_SHARD = 4005, 4007, 4008, 4010
BAD_INTENTS, REFUSED_INTENTS = 4013, 4014
_MOST, _WINDOW = 120, timedelta(seconds=60)
"""What a connection may send (docs: Gateway, Rate Limiting)."""


class Connection:
    """Lives as long as its socket."""

    def __init__(self, hub: Hub, socket: web.WebSocketResponse, compressed: bool) -> None:
        self._hub = hub
        self._socket = socket
        self._zlib = zlib.compressobj() if compressed else None
        self._outbox: asyncio.Queue[Outgoing] = asyncio.Queue()
        self._session: Session | None = None
        self._heard: deque[datetime] = deque(maxlen=_MOST)

    async def run(self, transport: asyncio.BaseTransport | None) -> None:
        self._say({"op": 10, "d": {"heartbeat_interval": int(self._hub.heartbeat * 1000)}})
        writer = asyncio.ensure_future(self._write(transport))
        try:
            async for message in self._socket:
                if message.type is WSMsgType.TEXT and not self._hub.deaf:
                    self._hear(cast(str, message.data))
        finally:
            self._let_go()
            writer.cancel()

    async def _write(self, transport: asyncio.BaseTransport | None) -> None:
        while True:
            frame = await self._outbox.get()
            if isinstance(frame, Close):
                self._let_go()
                if frame.code is None and isinstance(transport, asyncio.Transport):
                    transport.abort()
                else:
                    await self._socket.close(code=frame.code or 1000)
                return
            if not self._hub.deaf:
                await self._send(frame)

    async def _send(self, frame: Json) -> None:
        text = json.dumps({"s": None, "t": None, **frame})
        if self._zlib is None:
            await self._socket.send_str(text)
        else:
            packed = self._zlib.compress(text.encode()) + self._zlib.flush(zlib.Z_SYNC_FLUSH)
            await self._socket.send_bytes(packed)

    def _let_go(self) -> None:
        if self._session and self._session.outbox is self._outbox:
            self._session.outbox = None
            self._hub.world.notify()

    def _say(self, frame: Outgoing) -> None:
        self._outbox.put_nowait(frame)

    def _hear(self, text: str) -> None:
        now = self._hub.world.now()
        if len(self._heard) == _MOST and now - self._heard[0] < _WINDOW:
            return self._say(Close(TOO_FAST))
        self._heard.append(now)
        answer = self._answer(_parsed(text))
        if answer is not None:
            self._say(answer)
        return None

    def _answer(self, frame: Json | None) -> Outgoing | None:
        data = frame.get("d") if frame else None
        match frame.get("op") if frame else None:
            case None:
                return Close(DECODE_ERROR)
            case 1:
                return {"op": 11, "d": None}
            case 2 if isinstance(data, dict):
                return self._identify(data)
            case 6 if isinstance(data, dict):
                return self._resume(data)
            case 3 | 4 | 8 | 31 if self._session is None:
                return Close(NOT_AUTHENTICATED)
            case 8 if isinstance(data, dict):
                return self._list_members(data)
            case 3 | 4 | 31:
                return None
            case _:
                return Close(UNKNOWN_OPCODE)

    def _identify(self, data: Json) -> Close | None:
        intents, shard = data.get("intents"), _shard(data.get("shard", [0, 1]))
        if self._session:
            return Close(TWICE)
        if data.get("token") != self._hub.token:
            return Close(BAD_TOKEN)
        if shard is None:
            return Close(BAD_SHARD)
        if not isinstance(intents, int) or not 0 <= intents < 1 << 26:
            return Close(BAD_INTENTS)
        if self._forbidden(intents):
            return Close(REFUSED_INTENTS)
        self._take(self._hub.begin(intents, shard), 0)
        return None

    def _forbidden(self, intents: int) -> bool:
        """Privileged intents that the portal does not give."""
        portal = self._hub.world.portal
        asked = (
            (Intent.MESSAGE_CONTENT, portal.message_content),
            (Intent.MEMBERS, portal.members),
            (Intent.PRESENCES, portal.presences),
        )
        return any(intents & intent and not given for intent, given in asked)

    def _resume(self, data: Json) -> Outgoing | None:
        session = self._hub.sessions.get(str(data.get("session_id")))
        sequence = data.get("seq")
        if data.get("token") != self._hub.token:
            return Close(BAD_TOKEN)
        if session is None or not session.resumable:
            return {"op": 9, "d": False}
        if not isinstance(sequence, int) or not 0 <= sequence <= len(session.log):
            return Close(BAD_SEQUENCE)
        self._hub.resumed += 1
        self._take(session, sequence)
        session.dispatch("RESUMED", {"_trace": []})
        return None

    def _take(self, session: Session, after: int) -> None:
        """Listen to this session from here on; what it missed comes first."""
        if session.outbox:
            session.outbox.put_nowait(Close(TWICE))
        self._session = session
        for frame in session.log[after:]:
            self._say(frame)
        session.outbox = self._outbox
        self._hub.world.notify()

    def _list_members(self, data: Json) -> None:
        """Op 8: the members of a guild in one chunk."""
        guild = self._hub.world.guilds.get(int(str(data.get("guild_id", 0))))
        if guild is None or self._session is None:
            return
        chunk: Json = {
            "guild_id": str(guild.id),
            "members": [member_json(member) for member in guild.members.values()],
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": [],
            "nonce": data.get("nonce"),
        }
        self._session.dispatch("GUILD_MEMBERS_CHUNK", chunk)


def _parsed(text: str) -> Json | None:
    try:
        frame = cast(JsonValue, json.loads(text))
    except ValueError:
        return None
    return frame if isinstance(frame, dict) else None


def _shard(value: JsonValue) -> tuple[int, int] | None:
    match value:
        case [int() as number, int() as count] if 0 <= number < count:
            return number, count
        case _:
            return None
