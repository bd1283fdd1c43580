"""The sockets that are open: counted, bounded, and closed when the server leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager

from aiohttp import WSCloseCode, web

MOST = 1_000  # sockets of one server


class Connections:
    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._sockets: set[web.WebSocketResponse] = set()

    def __len__(self) -> int:
        return len(self._sockets)

    @property
    def is_full(self) -> bool:
        return len(self._sockets) >= self._most

    @contextmanager
    def member(self, socket: web.WebSocketResponse) -> Generator[None]:
        self._sockets.add(socket)
        try:
            yield
        finally:
            self._sockets.discard(socket)

    async def leave(self) -> None:
        """Pages learn that the server goes away, and connect again by themselves."""
        closing = [
            socket.close(code=WSCloseCode.GOING_AWAY, message=b"The server is going away.")
            for socket in list(self._sockets)
        ]
        await asyncio.gather(*closing, return_exceptions=True)
