"""A model server on the loopback: real HTTP, scripted answers, torn and slow where a test says so.

async with ModelServer([Answer("Hello"), ...]) as server:
    ...  # OPENAI_BASE_URL is f"{server.url}/v1", ANTHROPIC_BASE_URL is server.url
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import TracebackType
from typing import Any, Self, cast

from model_answers import SHAPES, Answer, error_body


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came. `turn` counts the model's turns in its history: a run's place."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]  # JSON of a provider's request

    @property
    def turn(self) -> int:
        items = cast(
            list[dict[str, Any]], self.body.get("messages") or self.body.get("input") or []
        )
        theirs = [_by_model(item) for item in items]
        return sum(now and not before for before, now in pairwise([False, *theirs]))


def _by_model(item: dict[str, Any]) -> bool:
    """Whether an entry of the history is the model's; a turn may be several in a row."""
    return item.get("role") == "assistant" or item.get("type") in {"function_call", "reasoning"}


Answers = Sequence[Answer] | Callable[[Received], Answer]


class ModelServer:
    """Speaks chat completions and Anthropic messages. A sequence answers a run's n-th turn with its
    n-th answer, and the last one for ever, so any number of runs may go on at once."""

    def __init__(
        self, answers: Answers, *, seed: int | None = None, models: Sequence[str] = ("stub",)
    ) -> None:
        self.requests: list[Received] = []
        self.lost = asyncio.Event()
        """Set when a client leaves in the middle of an answer."""
        self.held = asyncio.Event()
        """Set when an answer's words are out and its `hold` is waited for."""
        self._answers = answers
        self._models = models
        self._random = None if seed is None else random.Random(seed)
        self._server: asyncio.Server | None = None
        self._serving: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    @property
    def port(self) -> int:
        assert self._server is not None, "enter the server first"
        return self._server.sockets[0].getsockname()[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._serving.values():
            writer.transport.abort()  # ends its task: streams of 3.11 log a cancelled one
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving[task] = writer
        try:
            while (received := await _receive(reader)) is not None:
                self.requests.append(received)
                await self._reply(received, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            del self._serving[task]
            writer.transport.abort()

    def _answer(self, received: Received) -> Answer:
        if callable(self._answers):
            return self._answers(received)
        return self._answers[min(received.turn, len(self._answers) - 1)]

    async def _reply(
        self, received: Received, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if received.path.endswith("/models"):
            listing = {"object": "list", "data": [{"id": name} for name in self._models]}
            await _send(writer, 200, json.dumps(listing).encode())
            return
        answer = self._answer(received)
        if answer.status != 200 or answer.json:
            body = answer.json or error_body(answer)
            await _send(writer, answer.status, body, answer.retry_after)
            return
        # Nobody pipelines: the next bytes of this client can only be its leaving.
        leaving = asyncio.ensure_future(reader.read(1))
        streaming = asyncio.ensure_future(self._stream(received, answer, writer))
        try:
            await asyncio.wait((leaving, streaming), return_when=asyncio.FIRST_COMPLETED)
            if not streaming.done():
                raise ConnectionResetError
            await streaming
        except (ConnectionResetError, BrokenPipeError):
            self.lost.set()
            raise
        finally:
            for task in (leaving, streaming):
                task.cancel()
            await asyncio.gather(leaving, streaming, return_exceptions=True)

    async def _stream(
        self, received: Received, answer: Answer, writer: asyncio.StreamWriter
    ) -> None:
        head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked"
        writer.write(f"{head}\r\n\r\n".encode())
        first, last = next(both for end, both in SHAPES.items() if received.path.endswith(end))
        model = str(received.body.get("model", ""))
        left = answer.drop_after
        start = asyncio.get_running_loop().time()
        frames = [answer.garbage] if answer.garbage else first(answer, model)
        for sent, frame in enumerate(frames, start=1):
            left = await self._put(writer, frame, left)
            if answer.rate:
                await _until(start + sent / answer.rate)
        if answer.hold is not None:
            self.held.set()
            while answer.comments and not answer.hold.is_set():
                await self._put(writer, b": keep-alive\n\n", None)
                await asyncio.sleep(0.05)
            await answer.hold.wait()
        for frame in last(answer, model):
            left = await self._put(writer, frame, left)
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    async def _put(
        self, writer: asyncio.StreamWriter, frame: bytes, left: int | None
    ) -> int | None:
        """Send a frame in pieces, cut anywhere; tears the connection down when `left` is used."""
        for piece in self._cut(frame if left is None else frame[:left]):
            writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            await writer.drain()
        if left is None:
            return None
        if len(frame) >= left:
            raise ConnectionAbortedError
        return left - len(frame)

    def _cut(self, frame: bytes) -> Iterator[bytes]:
        while frame:
            size = len(frame) if self._random is None else self._random.randint(1, 40)
            yield frame[:size]
            frame = frame[size:]


async def _until(moment: float) -> None:
    """Sleep to a point of the loop's clock, so that a rate does not drift."""
    await asyncio.sleep(max(0.0, moment - asyncio.get_running_loop().time()))


async def _receive(reader: asyncio.StreamReader) -> Received | None:
    """The next request of a connection; None when the client is done."""
    line = await reader.readline()
    if not line:
        return None
    method, path, _ = line.decode().split(" ", 2)
    headers: dict[str, str] = {}
    while (line := await reader.readline()).strip():
        name, _, value = line.decode().partition(":")
        headers[name.strip().lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Received(method, path.split("?")[0], headers, json.loads(body) if body else {})


async def _send(
    writer: asyncio.StreamWriter, status: int, body: bytes, retry_after: str = ""
) -> None:
    wait = f"Retry-After: {retry_after}\r\n" if retry_after else ""
    head = f"HTTP/1.1 {status} Stub\r\nContent-Type: application/json\r\n{wait}"
    writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    await writer.drain()
