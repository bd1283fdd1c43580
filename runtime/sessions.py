"""Sessions over a journal and a hub: the doors' way in and out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

from runtime.events import Envelope
from runtime.facts import Entry, Fact, StopRequested
from runtime.hub import Hub, Subscription, envelope_of
from runtime.ids import NO_SEQ, Address, ArtifactHash, RunId, Seq, SessionId, session_id
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
from runtime.show import show
from runtime.view import ThreadView


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
        with self._hub.subscribe(session) as live:
            for envelope in await self._catch_up(session, live, after):
                after = max(after, envelope.seq)
                yield envelope
            while True:
                taken = await live.take()
                if live.lost:
                    live.lost = False
                    taken = await self._catch_up(session, live, after)
                for envelope in taken:
                    if envelope.delta is not None or envelope.seq > after:
                        after = max(after, envelope.seq)
                        yield envelope

    async def _catch_up(self, session: SessionId, live: Subscription, after: Seq) -> list[Envelope]:
        """All events on the record after `after`, then the chunks of what is open now: what the
        subscription collected while the journal was read is in one or the other."""
        shown = [envelope_of(entry) for entry in await self._journal.read(session, after)]
        past = [envelope for envelope in shown if envelope is not None]
        last = past[-1].seq if past else after
        since = [e for e in live.drain() if e.delta is None and e.seq > last]
        return [*past, *since, *self._hub.ring(session)]

    async def view(self, session: SessionId) -> ViewFeed:
        feed = Feed(session, self.events(session))
        await feed.start(await self._journal.session(session))
        return feed

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
            self._view = show(self._view, await anext(self._events))
        self._fresh.set()
        self._task = asyncio.create_task(self._follow())

    async def _follow(self) -> None:
        async for envelope in self._events:
            self._view = show(self._view, envelope)
            self._fresh.set()

    async def changed(self) -> ThreadView:
        await self._fresh.wait()
        self._fresh.clear()
        return self._view

    async def aclose(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._events.aclose()
