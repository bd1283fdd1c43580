"""The chunks of what is open in one session, for whoever comes late or fell behind.

Neighbours of the same stream are kept as one, so that the cost is that of their text, however
small the pieces in which a model speaks.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from runtime.events import Envelope, ResponseChunk, ThinkingChunk, ToolCallChunk
from runtime.ids import NO_SEQ, RunId, Seq, SessionId

RING_BYTES = 256 * 1024  # per session, with what keeping a text takes
GAP = "[…]\n"
"""Stands where text is missing that is not kept any more."""

Chunk = ThinkingChunk | ResponseChunk | ToolCallChunk
Place = tuple[Seq, int]
"""Chunks are ordered by the last stored seq and their own number."""

BEFORE_ALL: Place = (NO_SEQ, 0)
_PIECE = 4 * 1024  # bytes that neighbours are joined to: what is dropped goes in such pieces
_OWN = 512  # bytes that a piece takes beside its text


@dataclass(frozen=True, slots=True)
class _Stream:
    """What chunks have in common; the text of `like` is empty."""

    session: SessionId
    run: RunId | None
    like: Chunk

    @staticmethod
    def of(envelope: Envelope, chunk: Chunk) -> _Stream:
        like = chunk.model_copy(update={"text": ""})
        return _Stream(envelope.session_id, envelope.run_id, like)


@dataclass(slots=True)
class _Piece:
    """Neighbours of one stream, numbered without a hole. `ends` are where each ends in `text`."""

    stream: _Stream
    seq: Seq
    first: int
    at: datetime
    text: bytearray = field(default_factory=bytearray)
    ends: array[int] = field(default_factory=lambda: array("I"))

    @property
    def last(self) -> Place:
        return self.seq, self.first + len(self.ends) - 1

    @property
    def size(self) -> int:
        return _OWN + len(self.text) + len(self.ends) * self.ends.itemsize

    def takes(self, stream: _Stream, place: Place, text: bytes) -> bool:
        """Whether the chunk goes on where this ends, and fits."""
        follows = place == (self.seq, self.first + len(self.ends))
        return follows and self.size + len(text) <= _PIECE and stream == self.stream

    def add(self, at: datetime, text: bytes) -> None:
        self.at = at
        self.text += text
        self.ends.append(len(self.text))

    def after(self, place: Place) -> str:
        """The text of the chunks after this place."""
        known = place[1] - self.first + 1 if place[0] == self.seq else 0
        begin = self.ends[known - 1] if known > 0 else 0
        return self.text[begin:].decode(errors="surrogatepass")


@dataclass(slots=True)
class Ring:
    """The newest RING_BYTES. `_dropped` says up to where the beginning of a stream is missing."""

    _pieces: deque[_Piece] = field(default_factory=deque[_Piece])
    _dropped: dict[_Stream, Place] = field(default_factory=dict[_Stream, Place])
    _size: int = 0

    def keep(self, envelope: Envelope, chunk: Chunk) -> None:
        """`chunk` is the envelope's event."""
        place = envelope.seq, envelope.delta or 0
        stream, text = _Stream.of(envelope, chunk), chunk.text.encode(errors="surrogatepass")
        piece = self._pieces[-1] if self._pieces else None
        if piece is None or not piece.takes(stream, place, text):
            piece = _Piece(stream, *place, envelope.at)
            self._pieces.append(piece)
            self._size += _OWN
        piece.add(envelope.at, text)
        self._size += len(text) + piece.ends.itemsize
        self._shrink()

    def _shrink(self) -> None:
        while self._size > RING_BYTES:
            piece = self._pieces.popleft()
            self._size -= piece.size
            self._dropped[piece.stream] = piece.last

    def forget(self, is_needed: Callable[[Chunk], bool]) -> None:
        """Keep only the chunks that are needed; they are shown without their text."""
        kept = [piece for piece in self._pieces if is_needed(piece.stream.like)]
        if len(kept) < len(self._pieces):
            self._pieces = deque(kept)
            self._size = sum(piece.size for piece in kept)
        if self._dropped:
            self._dropped = {s: at for s, at in self._dropped.items() if is_needed(s.like)}

    def after(self, place: Place) -> Iterator[Envelope]:
        """What came after this place. A stream of which something in between is not kept any more
        begins with GAP. `delta` is that of the last chunk in each."""
        gaps = {stream for stream, at in self._dropped.items() if at > place}
        for piece in self._pieces:
            if piece.last > place:
                missing = GAP if piece.stream in gaps else ""
                gaps.discard(piece.stream)
                yield _envelope(piece, missing + piece.after(place))


def _envelope(piece: _Piece, text: str) -> Envelope:
    seq, delta = piece.last
    return Envelope.model_construct(
        session_id=piece.stream.session,
        run_id=piece.stream.run,
        seq=seq,
        at=piece.at,
        delta=delta,
        event=piece.stream.like.model_copy(update={"text": text}),
    )
