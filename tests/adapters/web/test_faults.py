"""What cannot be read or written is said in a sentence; who left is no fault."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from web_house import PATIENCE, open_bench, open_web_house, tab, web_door

from adapters.web.access import Access
from adapters.web.context import WebContext
from adapters.web.server import listen, serving
from runtime.errors import JournalUnavailable
from runtime.ids import ArtifactHash, SessionId
from runtime.ports import SessionRow

GONE = "The journal cannot be read: the disk is gone."


class NoArtifacts:
    async def put(self, data: bytes) -> ArtifactHash:
        raise JournalUnavailable(GONE)

    async def get(self, name: ArtifactHash) -> bytes:
        raise JournalUnavailable(GONE)


class NoSessions:
    def __getattr__(self, name: str) -> Any:
        raise JournalUnavailable(GONE)


async def no_session(session: SessionId) -> SessionRow | None:
    raise JournalUnavailable(GONE)


def broken(context: WebContext) -> WebContext:
    sessions: Any = NoSessions()
    return replace(context, find=no_session, sessions=sessions, artifacts=NoArtifacts())


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/sessions"),
        ("GET", "/sessions/t"),
        ("GET", "/sessions/t/cards"),
        ("GET", "/sessions/t/replay"),
        ("GET", "/sessions/t/export"),
        ("POST", "/files?name=a.txt"),
        ("GET", "/readyz"),
    ],
)
async def test_a_journal_that_is_gone(tmp_path: Path, method: str, path: str) -> None:
    async with open_bench(tmp_path, change=broken) as bench:
        data = b"x" if method == "POST" else None
        async with bench.http.request(method, path, data=data) as answer:
            assert (answer.status, await answer.text()) == (503, GONE)


async def test_sockets_on_a_journal_that_is_gone(tmp_path: Path) -> None:
    async with open_bench(tmp_path, change=broken) as bench:
        async with tab(bench) as client:
            assert await client.until(lambda _: True) == {"error": {"text": GONE}}
        async with bench.http.ws_connect("/ws/chat") as socket, asyncio.timeout(PATIENCE):
            await socket.send_str('{"message": "Hi"}')
            assert json.loads(await socket.receive_str()) == {"error": GONE}


async def test_who_leaves_before_the_handshake(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Counted, and no trouble of ours."""

    async def late(request: web.Request) -> web.WebSocketResponse:
        assert request.transport is not None
        request.transport.abort()  # what a client that resets the connection comes to
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        return socket

    waiting = listen("127.0.0.1", 0)
    port = waiting.getsockname()[1]
    async with open_web_house(tmp_path) as service:
        context = web_door(service, tmp_path)
        guests = [web.get("/late", late)]
        async with serving(waiting, context, Access(), guests), asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            head = "GET /late HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
            keys = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            writer.write(f"{head}Connection: Upgrade\r\n{keys}\r\n".encode())
            with suppress(ConnectionError):
                assert await reader.read() == b""
            writer.close()
            while not (row := await counted(port)):
                pass
    assert row.endswith('status="499"} 1.0')
    assert caplog.records == []


async def counted(port: int) -> str:
    """The line of the figures about that request, as soon as it is there."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    rows = (await reader.read()).decode().splitlines()
    writer.close()
    return next((r for r in rows if r.startswith('aether_http_requests_total{route="/late"')), "")
