"""A reader that takes nothing: it costs a bounded amount, holds up nobody, and is let go."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest
import web_house
from web_house import PATIENCE, Bench, open_bench, tab

from adapters.web import json_socket, server
from runtime.testing.model import Line

PIECES = 3_000
WORDS = " ".join("word" * 12 for _ in range(PIECES))
"""More than the buffers of a connection hold, also in one piece."""


def narrow(host: str, port: int) -> socket.socket:
    """Its connections hold little of what is not read: a short talk is enough to fill them."""
    waiting = server.listen(host, port)
    waiting.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)
    return waiting


async def stuck(bench: Bench) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A WebSocket whose answer is never read; its window is as small as the system lets it be."""
    host, port = bench.url.removeprefix("http://").split(":")
    plug = socket.socket()
    plug.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
    plug.setblocking(False)
    await asyncio.get_running_loop().sock_connect(plug, (host, int(port)))
    reader, writer = await asyncio.open_connection(sock=plug, limit=1_024)
    writer.write(
        b"GET /ws/agent/t HTTP/1.1\r\nHost: " + f"{host}:{port}".encode() + b"\r\n"
        b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    await writer.drain()
    return reader, writer


async def sockets(bench: Bench) -> str:
    """The line of the figures; nothing where we ask too often."""
    async with bench.http.get("/metrics") as answer:
        rows = (await answer.text()).splitlines()
    return next((row for row in rows if row.startswith("aether_sockets ")), "")


async def test_who_takes_nothing_is_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The real patience is half a minute; here it is long enough for everybody who reads.
    monkeypatch.setattr(json_socket, "PATIENCE", 3.0)
    monkeypatch.setattr(web_house, "listen", narrow)
    async with open_bench(tmp_path, Line(text=WORDS, pieces=PIECES)) as bench, tab(bench) as quick:
        _, writer = await stuck(bench)
        try:
            await quick.send(type="message", text="Talk")
            await quick.event("run_finished")
            async with asyncio.timeout(PATIENCE):
                while await sockets(bench) != "aether_sockets 1.0":
                    pass
        finally:
            writer.close()
            await asyncio.gather(writer.wait_closed(), return_exceptions=True)
        await quick.send(type="message", text="Still here?")
        assert "ack" in await quick.reply()
