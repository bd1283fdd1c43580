"""Live feeds: what was just appended, and the chunks that never reach the journal.

Chunks live in a bounded ring per session, so that a late viewer sees the open turn from its start.
A subscriber that reads too slowly is told to read the journal and the ring again.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from runtime.events import (
    Broadcast,
    Envelope,
    Event,
    ResponseChunk,
    ResponseComplete,
    ResponseStart,
    RunFinished,
    RunStarted,
    StateChange,
    ThinkingChunk,
    ThinkingComplete,
    ThinkingStart,
    ToolCallChunk,
    ToolCallComplete,
    ToolCallFailed,
    ToolCallStart,
)
from runtime.facts import Entry, Fact, ModelTurn, envelope_of
from runtime.ids import NO_SEQ, RunId, Seq, SessionId
from runtime.ports import Clock

RING_BYTES = 256 * 1024  # of chunk text per session (engine.md section 3)
BACKLOG = 2_000  # envelopes that a slow subscriber may be behind


class Subscription:
    """One reader's queue. `lost` says that something was dropped: read journal and ring again."""

    def __init__(self) -> None:
        self._queue: deque[Envelope] = deque()
        self._ready = asyncio.Event()
        self.lost = False

    def put(self, envelope: Envelope) -> None:
        if len(self._queue) >= BACKLOG:
            self.lost = True
            self._queue.clear()
        self._queue.append(envelope)
        self._ready.set()

    def lose(self) -> None:
        """What the journal holds may be missing here."""
        self.lost = True
        self._ready.set()

    async def take(self) -> list[Envelope]:
        """Everything that waits, at least one; in order."""
        await self._ready.wait()
        return self.drain()

    def drain(self) -> list[Envelope]:
        """Everything that waits right now, perhaps nothing."""
        self._ready.clear()
        taken = list(self._queue)
        self._queue.clear()
        return taken


@dataclass(slots=True)
class _Channel:
    """The live side of one session."""

    seq: Seq = NO_SEQ
    delta: int = 0
    ring: deque[Envelope] = field(default_factory=deque[Envelope])
    ring_bytes: int = 0
    readers: set[Subscription] = field(default_factory=set[Subscription])

    @property
    def is_unused(self) -> bool:
        return not (self.readers or self.seq or self.delta)

    def send(self, envelope: Envelope) -> None:
        for reader in self.readers:
            reader.put(envelope)

    def keep(self, envelope: Envelope) -> None:
        self.ring.append(envelope)
        self.ring_bytes += _size(envelope)
        while self.ring_bytes > RING_BYTES:
            self.ring_bytes -= _size(self.ring.popleft())

    def forget(self, fact: Fact) -> None:
        kept = [envelope for envelope in self.ring if _needed(envelope.event, fact)]
        if len(kept) < len(self.ring):
            self.ring = deque(kept)
            self.ring_bytes = sum(_size(envelope) for envelope in kept)


def _needed(chunk: Event, fact: Fact) -> bool:
    """Whether a late viewer still needs the chunk after `fact`: a completed event carries the
    text, and what begins anew replaces what it did before."""
    match fact:
        case RunStarted() | RunFinished():
            return False
        case ThinkingStart() | ThinkingComplete():
            return not isinstance(chunk, ThinkingChunk)
        case ResponseStart():
            same = (fact.turn, fact.attempt)
            return not isinstance(chunk, ResponseChunk) or (chunk.turn, chunk.attempt) == same
        case ResponseComplete():
            return not isinstance(chunk, ResponseChunk)
        case ModelTurn(calls=calls):
            # Without a call the text becomes the answer, which is recorded by itself.
            return isinstance(chunk, ToolCallChunk) or (
                isinstance(chunk, ResponseChunk) and not calls
            )
        case ToolCallStart() | ToolCallComplete() | ToolCallFailed():
            return not (isinstance(chunk, ToolCallChunk) and chunk.call_id == fact.call_id)
        case _:
            return True


def _size(envelope: Envelope) -> int:
    return len(getattr(envelope.event, "text", ""))


class Hub:
    """All live feeds of one process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._channels: dict[SessionId, _Channel] = {}

    def published(self, session: SessionId, entries: Sequence[Entry]) -> None:
        """Called by the journal after a commit, in order."""
        channel = self._channels.setdefault(session, _Channel())
        for entry in entries:
            channel.seq = entry.seq
            channel.delta = 0
            channel.forget(entry.fact)
            if (envelope := envelope_of(entry)) is not None:
                channel.send(envelope)

    def broadcast(self, session: SessionId, run: RunId | None, event: Broadcast) -> None:
        """Send what is never stored."""
        channel = self._channels.setdefault(session, _Channel())
        channel.delta += 1
        envelope = Envelope.model_construct(
            session_id=session,
            run_id=run,
            seq=channel.seq,
            at=self._clock.now(),
            delta=channel.delta,
            event=event,
        )
        if not isinstance(event, StateChange):  # what is over says nothing to a late viewer
            channel.keep(envelope)
        channel.send(envelope)

    @contextmanager
    def subscribe(self, session: SessionId) -> Generator[Subscription]:
        """Everything from now on."""
        channel = self._channels.setdefault(session, _Channel())
        subscription = Subscription()
        channel.readers.add(subscription)
        try:
            yield subscription
        finally:
            channel.readers.discard(subscription)
            if channel.is_unused:  # perhaps of a session that does not exist
                self._channels.pop(session, None)

    def ring(self, session: SessionId, read: Sequence[Entry] = ()) -> list[Envelope]:
        """The chunks of what is open after the entries that were `read`: the newest of those may
        be committed, but not published yet."""
        channel = self._channels.get(session)
        if channel is None:
            return []
        ahead = [entry.fact for entry in read if entry.seq > channel.seq]
        return [e for e in channel.ring if all(_needed(e.event, fact) for fact in ahead)]

    def reread(self) -> None:
        """Others may have written: every reader begins again from the journal."""
        for channel in self._channels.values():
            for reader in channel.readers:
                reader.lose()

    def drop(self, session: SessionId) -> None:
        """Forget a session that nobody watches."""
        channel = self._channels.get(session)
        if channel is not None and not channel.readers:
            del self._channels[session]
