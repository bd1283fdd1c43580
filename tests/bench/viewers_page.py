"""A page without a browser: one socket, and when it could have shown which word."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

import aiohttp

_SEEN = re.compile(r"word(\d+)")
_PATIENCE = 120.0  # seconds


@dataclass(slots=True)
class Page:
    """`seen` are (seconds since the epoch, the highest word on the page) for each fragment."""

    socket: aiohttp.ClientWebSocketResponse
    seen: list[tuple[float, int]] = field(default_factory=list[tuple[float, int]])
    fragments: int = 0

    async def say(self, text: str) -> None:
        await self.socket.send_json({"type": "message", "text": text})

    async def until(self, sign: str) -> float:
        """When a frame with this text came, in seconds since the epoch."""
        async with asyncio.timeout(_PATIENCE):
            while True:
                text = await self.socket.receive_str()
                now = time.time()
                if text.startswith('{"fragment"'):
                    self.fragments += 1
                    self._look(text, now)
                if sign in text:
                    return now

    def _look(self, text: str, now: float) -> None:
        # Not parsed: hundreds of pages share this process with the clock they are measured by.
        place = text.rfind("word")
        found = _SEEN.match(text, place) if place >= 0 else None
        if found:
            self.seen.append((now, int(found[1])))


@asynccontextmanager
async def opened(http: aiohttp.ClientSession, thread: str) -> AsyncGenerator[Page]:
    """With everything that is there already."""
    async with http.ws_connect(f"/ws/agent/{thread}?view=1&events=0", max_msg_size=0) as socket:
        page = Page(socket)
        await page.until('{"snapshot"')
        yield page


async def spoken(http: aiohttp.ClientSession, thread: str) -> dict[int, float]:
    """When the model's words were published, by their number, until the task is over."""
    words: dict[int, float] = {}
    async with http.ws_connect(f"/ws/agent/{thread}", max_msg_size=0) as socket:
        async with asyncio.timeout(_PATIENCE):
            while True:
                envelope = json.loads(await socket.receive_str()).get("event", {})
                event = envelope.get("event", {})
                if event.get("type") == "response_chunk":
                    for found in _SEEN.finditer(event["text"]):
                        words[int(found[1])] = datetime.fromisoformat(envelope["at"]).timestamp()
                if event.get("type") == "run_finished":
                    return words


def latencies(page: Page, words: dict[int, float]) -> list[float]:
    """Seconds from each word's publication to the first fragment that shows it."""
    found: list[float] = []
    seen = iter(page.seen)
    at, last = next(seen)
    for number, spoken_at in sorted(words.items()):
        while last < number:
            at, last = next(seen)
        found.append(at - spoken_at)
    return found
