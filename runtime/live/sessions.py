"""Sessions over a journal and a hub: the doors' way in and out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

from runtime.events import Envelope
from runtime.facts import Entry, Fact, StopRequested
from runtime.folds.view import project
from runtime.ids import NO_SEQ, Address, ArtifactHash, RunId, Seq, SessionId, session_id
from runtime.live.hub import Hub, Subscription, envelope_of
from runtime.ports import (
    Appended,
    Artifacts,
    Engine,
    Guard,
    Journal,
    Known,
    Refused,
    SessionRow,
    ViewFeed,
)
from runtime.view import ThreadView

_NO_CHUNK = (NO_SEQ, 0)
"""Before every chunk: chunks are ordered by the last stored seq and their own number."""


class JournalSessions:
    """Implements ports.Sessions."""

    def __init__(self, journal: Journal, hub: Hub, engine: Engine, artifacts: Artifacts) -> None:
        self._journal, self._hub, self._engine = journal, hub, engine
        self._artifacts = artifacts

    async def tell(
        self, address: Address, facts: Sequence[Fact] | Guard, *, run_id: RunId | None = None
    ) -> Appended | Known | Refused:
        answer = await self._journal.tell(address, facts, run_id=run_id)
        if isinstance(answer, Appended) and _stops(answer.entries):
            await self._engine.interrupt(session_id(address))
        return answer

    async def events(
        self, session: SessionId, after: Seq = NO_SEQ
    ) -> AsyncGenerator[Envelope, None]:
        chunk = _NO_CHUNK
        with self._hub.subscribe(session) as live:
            taken = await self._catch_up(session, live, after)
            while True:
                for envelope in taken:
                    if envelope.delta is None:
                        new = envelope.seq > after
                    else:
                        place = (envelope.seq, envelope.delta)
                        new, chunk = place > chunk, max(chunk, place)
                    if new:
                        after = max(after, envelope.seq)
                        yield envelope
                taken = [] if live.lost else await live.take()
                if live.lost:
                    taken = await self._catch_up(session, live, after)

    async def _catch_up(self, session: SessionId, live: Subscription, after: Seq) -> list[Envelope]:
        """All events on the record after `after`, then the chunks of what is open now: what the
        subscription collected while the journal was read is in one or the other."""
        while True:
            live.lost = False
            entries = await self._journal.read(session, after)
            if not live.lost:
                break
        past = [envelope for entry in entries if (envelope := envelope_of(entry)) is not None]
        last = past[-1].seq if past else after
        since = [e for e in live.drain() if e.delta is None and e.seq > last]
        return [*past, *since, *self._hub.ring(session, entries)]

    async def view(self, session: SessionId) -> ViewFeed:
        feed = Feed(session, self.events(session))
        await feed.start(await self._journal.session(session))
        return feed

    async def unfinished(self, limit: int = 100) -> list[SessionRow]:
        return await self._journal.unfinished(limit)

    async def list(self, limit: int = 100) -> list[SessionRow]:
        return await self._journal.sessions(limit)

    async def artifact(self, name: ArtifactHash) -> bytes:
        return await self._artifacts.get(name)


def _stops(entries: Sequence[Entry]) -> bool:
    return any(isinstance(entry.fact, StopRequested) for entry in entries)


class Feed:
    """Implements ports.ViewFeed: folds events as they come; a reader takes the newest view only."""

    def __init__(self, session: SessionId, events: AsyncGenerator[Envelope, None]) -> None:
        self._view = ThreadView(session)
        self._events = events
        self._fresh = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def view(self) -> ThreadView:
        return self._view

    async def start(self, row: SessionRow | None) -> None:
        """Fold what is on the record, then follow in the background until `aclose`."""
        shown = row.shown_seq if row else NO_SEQ
        while self._view.seq < shown:
            self._view = project(self._view, await anext(self._events))
        self._fresh.set()
        self._task = asyncio.create_task(self._follow())
        self._task.add_done_callback(lambda _: self._fresh.set())

    async def _follow(self) -> None:
        async for envelope in self._events:
            self._view = project(self._view, envelope)
            self._fresh.set()

    async def changed(self) -> ThreadView:
        await self._fresh.wait()
        if self._task is not None and self._task.done():
            self._task.result()  # the journal could not be read: the reader must know
        self._fresh.clear()
        return self._view

    async def aclose(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._events.aclose()
