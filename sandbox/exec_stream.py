"""Brings the bytes of one exec from its blocking thread to asyncio, with back-pressure."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable

import requests
from docker.errors import DockerException

from sandbox.exec_socket import ExecSocket
from sandbox.framing import EngineFrames

QUEUED = 32
"""Chunks (of at most 64 KiB) that wait for the consumer; then the thread waits, then the engine
does."""

_COMPLAINT = 2000
"""Characters kept of what the program in the container wrote to its own standard error."""


class ExecStream:
    """`pump` runs in a thread; everything else belongs to the event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, exec_id: str) -> None:
        self.exec_id = exec_id
        self._loop = loop
        self._chunks: deque[bytes] = deque()
        self._room = threading.Semaphore(QUEUED)
        self._news = asyncio.Event()
        self._lock = threading.Lock()
        self._wire: ExecSocket | None = None
        self._closed = False
        self._done = False
        self.started = asyncio.Event()
        """Set with the first byte or at the end: the exec needs no start slot any more."""
        self.fault: Exception | None = None
        """Why the stream broke, if it did not just end. Valid after the last `get`."""
        self.complaint = ""

    # --- the thread's side ---

    def pump(self, connect: Callable[[], ExecSocket], stdin: bytes) -> None:
        """Connect, send all input, then move output until the exec ends or `close` cuts the
        wire."""
        try:
            if self._closed:
                return  # nobody waits any more: then nothing is begun
            wire = connect()
            try:
                if self._adopt(wire):
                    self._send(wire, stdin)
                    self._receive(wire)
            finally:
                with self._lock:
                    self._wire = None
                wire.close()
        except (OSError, requests.RequestException, DockerException) as error:
            self.fault = error
        finally:
            self._tell(self._finish)

    def _adopt(self, wire: ExecSocket) -> bool:
        with self._lock:
            self._wire = wire
            return not self._closed

    def _send(self, wire: ExecSocket, stdin: bytes) -> None:
        # The supervisor takes all input into memory at once, so this cannot block on the command.
        try:
            wire.send(stdin)
        except (BrokenPipeError, ConnectionResetError):
            return  # the command ended without reading it; its output still counts

    def _receive(self, wire: ExecSocket) -> None:
        frames = EngineFrames()
        while not self._closed and (data := wire.read()):
            pieces = frames.feed(data)
            self.complaint += "".join(
                piece.decode("utf-8", "replace") for stream, piece in pieces if stream == 2
            )[: _COMPLAINT - len(self.complaint)]
            if chunk := b"".join(piece for stream, piece in pieces if stream == 1):
                self._room.acquire()
                self._tell(self._put, chunk)

    def _tell(self, act: Callable[..., None], *args: bytes) -> None:
        try:
            self._loop.call_soon_threadsafe(act, *args)
        except RuntimeError:
            return  # the loop is closed: nobody listens any more

    # --- the event loop's side ---

    def _put(self, chunk: bytes) -> None:
        self._chunks.append(chunk)
        self.started.set()
        self._news.set()

    def _finish(self) -> None:
        self._done = True
        self.started.set()
        self._news.set()

    async def get(self) -> bytes:
        """The next bytes of standard output; empty once the exec or the connection has ended."""
        while not self._chunks:
            if self._done:
                return b""
            self._news.clear()
            await self._news.wait()
        chunk = self._chunks.popleft()
        self._room.release()
        return chunk

    def close(self) -> None:
        """Let go of thread and socket; the exec itself lives on."""
        with self._lock:
            self._closed = True
            if self._wire is not None:
                self._wire.cut()
        self._room.release(QUEUED)
