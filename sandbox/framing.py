"""Two nested framings, read incrementally: the engine's (stdout or stderr) and the supervisor's
inside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

ENGINE_HEAD = 8
"""Engine API, "Attach to a container", stream format: stream, three zeros, 4-byte length."""

CALL_HEAD = 5
"""sandbox/supervisor.py: kind, 4-byte length."""

MAX_PAYLOAD = 1 << 16
"""The supervisor never sends more in one frame; whoever does is not the supervisor."""


class Garbled(Exception):
    """The bytes are not what the supervisor writes; carries their beginning for the message."""


@dataclass(slots=True)
class EngineFrames:
    """Splits the engine's stream; payloads may come in several pieces."""

    _buffer: bytearray = field(default_factory=bytearray)
    _stream: int = 0
    _left: int = 0

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """The pieces that `data` completes or continues: (1 stdout | 2 stderr, bytes)."""
        self._buffer += data
        pieces: list[tuple[int, bytes]] = []
        while self._buffer:
            if self._left:
                piece = bytes(self._buffer[: self._left])
                del self._buffer[: len(piece)]
                self._left -= len(piece)
                pieces.append((self._stream, piece))
            elif len(self._buffer) < ENGINE_HEAD:
                break
            else:
                self._stream = self._buffer[0]
                self._left = int.from_bytes(self._buffer[4:ENGINE_HEAD], "big")
                del self._buffer[:ENGINE_HEAD]
        return pieces


@dataclass(slots=True)
class CallFrames:
    """Splits the supervisor's stream into (kind, payload)."""

    _buffer: bytearray = field(default_factory=bytearray)

    def feed(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Every frame that `data` completes; raises Garbled at a frame that cannot be one."""
        self._buffer += data
        while len(self._buffer) >= CALL_HEAD:
            size = int.from_bytes(self._buffer[1:CALL_HEAD], "big")
            if size > MAX_PAYLOAD:
                raise Garbled(bytes(self._buffer[:200]).decode("utf-8", "replace"))
            end = CALL_HEAD + size
            if len(self._buffer) < end:
                break
            frame = bytes(self._buffer[:1]), bytes(self._buffer[CALL_HEAD:end])
            del self._buffer[:end]
            yield frame

    def restart(self) -> None:
        """Forget an unfinished frame: the next stream sends it again from its beginning."""
        self._buffer.clear()
