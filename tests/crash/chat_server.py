"""A chat platform on loopback: not idempotent, forgets nothing, and loses answers on demand."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Message:
    """What stands in the thread; `texts` are all it ever said, the newest last."""

    marker: str
    texts: list[str]

    @property
    def key(self) -> str:
        """The marker without its session."""
        return self.marker.partition("/")[2]


@dataclass(slots=True)
class ChatServer:
    """`lost` are the numbers (from 1) of requests that are done, but never answered."""

    host: str = ""
    port: int = 0
    lost: set[int] = field(default_factory=set[int])
    messages: list[Message] = field(default_factory=list[Message])
    requests: list[str] = field(default_factory=list[str])
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def newest(self) -> dict[str, str]:
        """The newest text by key. Raises if a key was posted twice."""
        texts = {message.key: message.texts[-1] for message in self.messages}
        assert len(texts) == len(self.messages), [message.key for message in self.messages]
        return texts

    def answer(self, request: dict[str, Any]) -> bytes:
        """Do what is asked; nothing to send where the answer is to be lost."""
        with self._lock:
            self.requests.append(request["verb"])
            done = self._do(request)
            lost = len(self.requests) in self.lost
        return b"" if lost else json.dumps(done).encode() + b"\n"

    def _do(self, request: dict[str, Any]) -> int | None:
        match request["verb"]:
            case "post":
                self.messages.append(Message(request["marker"], [request["text"]]))
                return len(self.messages) - 1
            case "edit":
                self.messages[int(request["message"])].texts.append(request["text"])
                return None
            case "find":
                markers = [message.marker for message in self.messages]
                marker = request["marker"]
                return markers.index(marker) if marker in markers else None
            case verb:
                raise ValueError(f"no such verb: {verb!r}")


@contextmanager
def serving(server: ChatServer) -> Generator[ChatServer]:
    """Serve in threads of this process until the block ends."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            if line := self.rfile.readline():
                self.wfile.write(server.answer(json.loads(line)))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as tcp:
        tcp.daemon_threads = True
        server.host, server.port = "127.0.0.1", tcp.server_address[1]
        thread = threading.Thread(target=tcp.serve_forever, args=(0.01,), name="chat")
        thread.start()
        try:
            yield server
        finally:
            tcp.shutdown()
            thread.join()
