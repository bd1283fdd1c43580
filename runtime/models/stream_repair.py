"""Mends a provider's stream between the wire and the provider library.

Servers keep a connection busy with what is no event, leave it open behind the end of a turn, and
end turns without saying why. Each mending is proved by a stream in the tests; it can go when that
stream passes without it.
"""

from __future__ import annotations

import asyncio
import json
import re
from codecs import BOM_UTF8
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from typing import cast

from httpx2 import AsyncByteStream, AsyncClient, ReadTimeout, Request, Response

ENDING = 3.0
"""Seconds that a server gets for the usage of a turn that it has ended."""

# "Server-sent events", 9.2.5: lines end with CRLF, LF or CR, and events with an empty line.
_EVENT_END = re.compile(rb"(?>\r\n|\n|\r){2}")

# Text of the model cannot match: inside a JSON string, quotes are escaped.
_ENDED = re.compile(
    rb'"(?:finish|stop)_reason"\s*:\s*"[^"]'
    rb'|"type"\s*:\s*"(?:message_stop|response\.(?:completed|incomplete|failed))"'
)
_DONE = b"[DONE]"
_CHAT_END = b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'


def mended(client: AsyncClient) -> AsyncClient:
    """The same client; its streams are mended, and errors that come as a success are errors."""
    client.headers["Accept-Encoding"] = "identity"  # events are read before they are decoded
    client.event_hooks["response"].append(_mend)
    return client


async def _mend(response: Response) -> None:
    kind = response.headers.get("content-type", "")
    if response.status_code != 200:
        return
    if "json" in kind:
        await _expose_error(response)
    elif isinstance(response.stream, AsyncByteStream):
        response.stream = _Mended(response.stream, response.request)


async def _expose_error(response: Response) -> None:
    """A gateway sends its head before it knows: the error stands in the body only."""
    try:
        body: object = json.loads(await response.aread())
    except ValueError:
        return
    error = cast("dict[str, object]", body).get("error") if isinstance(body, dict) else None
    if error:
        code = cast("dict[str, object]", error).get("code") if isinstance(error, dict) else None
        response.status_code = code if isinstance(code, int) and 400 <= code < 600 else 400


class _Mended(AsyncByteStream):
    """The events of a stream that hold data. Raises ReadTimeout where none comes for longer than
    the request's read timeout: comments are no sign of life of the model."""

    def __init__(self, raw: AsyncByteStream, request: Request) -> None:
        self._raw, self._request = raw, request
        self._silence: float | None = request.extensions.get("timeout", {}).get("read")
        self._ended = False

    async def aclose(self) -> None:
        await self._raw.aclose()

    async def __aiter__(self) -> AsyncGenerator[bytes]:
        loop = asyncio.get_running_loop()
        async with aclosing(_events(self._raw)) as events:
            last = loop.time()
            while True:
                try:
                    async with asyncio.timeout_at(self._deadline(last)):
                        event = await anext(events, None)
                except TimeoutError:
                    if self._ended:
                        return
                    raise ReadTimeout("no event with data came", request=self._request) from None
                if event is None:
                    return
                if data := _data(event):
                    last = loop.time()
                    for sent in self._passed(event, data):
                        yield sent

    def _deadline(self, last: float) -> float | None:
        if self._ended:
            return last + ENDING
        return None if self._silence is None else last + self._silence

    def _passed(self, event: bytes, data: bytes) -> Iterator[bytes]:
        chat = self._request.url.path.endswith("/chat/completions")
        if chat and data.startswith(_DONE) and not self._ended:
            yield _CHAT_END  # some servers say no more than [DONE]
        self._ended = self._ended or bool(_ENDED.search(data))
        yield b"data: [DONE]\n\n" if data == _DONE else event  # the library knows no spaces


async def _events(raw: AsyncIterator[bytes] | AsyncByteStream) -> AsyncGenerator[bytes]:
    """Whole events; the last one may lack its empty line."""
    rest, begun = b"", False
    async for piece in raw:
        looked = max(0, len(rest) - 3)  # an end may be cut in two
        rest += piece
        while (end := _EVENT_END.search(rest, looked)) is not None:
            yield rest[: end.end()] if begun else rest[: end.end()].removeprefix(BOM_UTF8)
            rest, looked, begun = rest[end.end() :], 0, True
    if rest:
        yield rest + b"\n\n"


def _data(event: bytes) -> bytes:
    """What an event says; nothing for comments, retry times and ids alone."""
    lines = (line.partition(b":") for line in event.splitlines())
    return b"\n".join(value for name, _, value in lines if name == b"data").strip()
