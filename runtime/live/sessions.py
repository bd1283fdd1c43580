"""Sessions over a journal and a hub: the doors' way in and out."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Sequence

from runtime.decide.can import HOME, Resource, can
from runtime.errors import BodyTooLarge, ToolError
from runtime.events import Envelope, FileCreated, MessageReceived
from runtime.facts import Fact, StopRequested, envelope_of
from runtime.folds.state import RunState
from runtime.ids import NO_SEQ, Actor, Address, ArtifactHash, RunId, Seq, SessionId, session_id
from runtime.live.hub import Hub, Subscription
from runtime.live.shared_view import SharedView, SharedViews
from runtime.live.snapshots import Snapshots
from runtime.perform.partial_text import unfinished
from runtime.ports import (
    EVERYWHERE,
    Appended,
    Artifacts,
    Engine,
    Guard,
    Journal,
    Known,
    Membership,
    No,
    Refused,
    Scope,
    SessionRow,
    Verb,
    ViewFeed,
    Yes,
    nobody_knows,
)

_NO_CHUNK = (NO_SEQ, 0)
"""Before every chunk: chunks are ordered by the last stored seq and their own number."""


class JournalSessions:
    """Implements ports.Sessions."""

    def __init__(
        self,
        journal: Journal,
        hub: Hub,
        engine: Engine,
        artifacts: Artifacts,
        membership: Membership = nobody_knows,
    ) -> None:
        self._journal, self._hub, self._engine = journal, hub, engine
        self._artifacts, self._membership = artifacts, membership
        self._snapshots = Snapshots(journal)
        self._views = SharedViews(self._open_view)

    async def tell(
        self, address: Address, facts: Sequence[Fact] | Guard, *, run_id: RunId | None = None
    ) -> Appended | Known | Refused:
        with_read = self._with_read(session_id(address), facts)
        try:
            answer = await self._journal.tell(address, with_read, run_id=run_id)
        except BodyTooLarge:  # text of control characters alone
            if with_read is facts:
                raise
            answer = await self._journal.tell(address, facts, run_id=run_id)
        if isinstance(answer, Appended) and _stops(e.fact for e in answer.entries):
            await self._engine.interrupt(session_id(address))
        return answer

    def _with_read(
        self, session: SessionId, facts: Sequence[Fact] | Guard
    ) -> Sequence[Fact] | Guard:
        """A stop brings what people have read by then onto the record."""
        if not callable(facts):
            return facts

        def judge(state: RunState) -> Sequence[Fact] | Refused:
            verdict, run = facts(state), state.run
            if isinstance(verdict, Refused) or run is None or not _stops(verdict):
                return verdict
            chunks = [c for c in self._hub.ring(session) if c.run_id == run.run_id]
            read = tuple(unfinished(chunks, chunks[-1].at)) if chunks else ()
            return [
                fact.model_copy(update={"read": read}) if isinstance(fact, StopRequested) else fact
                for fact in verdict
            ]

        return judge

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

    async def view(self, session: SessionId, after: Seq = NO_SEQ) -> ViewFeed:
        return await self._views.join(session, after)

    async def _open_view(self, session: SessionId, after: Seq) -> SharedView:
        """By way of the snapshots."""
        view = await self._snapshots.view(session, after)
        shared = SharedView(view, self.events(session, view.seq))
        row = await self._journal.session(session)
        try:
            await shared.open(row.shown_seq if row else NO_SEQ)
        except BaseException:
            await shared.close()
            raise
        return shared

    async def exists(self, address: Address) -> bool:
        return await self._journal.session(session_id(address)) is not None

    async def unfinished(self, limit: int = 100, scope: Scope = EVERYWHERE) -> list[SessionRow]:
        return await self._journal.unfinished(limit, scope)

    async def list(self, limit: int = 100, scope: Scope = EVERYWHERE) -> list[SessionRow]:
        return await self._journal.sessions(limit, scope)

    async def artifact(self, session: SessionId, name: ArtifactHash) -> bytes:
        entries = await self._journal.read(session)
        if not any(name in named_files(entry.fact) for entry in entries):
            raise ToolError(f"session {session} names no file {name}")
        return await self._artifacts.get(name)

    async def may(
        self,
        actor: Actor,
        verb: Verb,
        address: Address,
        *,
        present: bool | None = None,
        admitted: bool = True,
    ) -> Yes | No:
        asks = present is None and not actor.local and address.platform not in HOME
        known = await self._membership(address, actor) if asks else present
        return can(actor, verb, Resource(address.platform, known, admitted))


def named_files(fact: Fact) -> tuple[ArtifactHash, ...]:
    """What people gave and what was delivered."""
    match fact:
        case MessageReceived(files=files):
            return tuple(file.artifact for file in files)
        case FileCreated(file=file):
            return (file.artifact,)
        case _:
            return ()


def _stops(facts: Iterable[Fact]) -> bool:
    return any(isinstance(fact, StopRequested) for fact in facts)
