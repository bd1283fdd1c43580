"""The client of a small chat platform: one JSON line per request, a connection each."""

from __future__ import annotations

import asyncio
import json
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Protocol


class Chat(Protocol):
    """What a platform offers. Posting twice makes two messages. Every verb raises ConnectionError
    when the answer is lost; the deed may be done all the same."""

    async def post(self, marker: str, text: str) -> int:
        """A new message and its id. The marker is invisible and need not be unique."""
        ...

    async def edit(self, message: int, text: str) -> None: ...

    async def find(self, marker: str) -> int | None:
        """The oldest message with this marker."""
        ...


@dataclass(frozen=True, slots=True)
class TcpChat:
    """Implements Chat over loopback TCP."""

    host: str
    port: int

    async def post(self, marker: str, text: str) -> int:
        return int(await self._ask({"verb": "post", "marker": marker, "text": text}))

    async def edit(self, message: int, text: str) -> None:
        await self._ask({"verb": "edit", "message": message, "text": text})

    async def find(self, marker: str) -> int | None:
        found = await self._ask({"verb": "find", "marker": marker})
        return None if found is None else int(found)

    async def _ask(self, request: dict[str, Any]) -> Any:  # JSON enters here
        reader, writer = await asyncio.open_connection(self.host, self.port)
        with closing(writer):
            writer.write(json.dumps(request).encode() + b"\n")
            answer = await reader.readline()
        if not answer:
            raise ConnectionResetError(f"the chat server did not answer {request['verb']!r}")
        return json.loads(answer)
