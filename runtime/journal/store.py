"""The journal in a database: reads go to the readers, everything else to the writer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.engine import Row

from runtime.facts import Entry, Fact
from runtime.folds.snapshot import readable, state_of
from runtime.folds.state import RunState
from runtime.ids import NO_SEQ, Address, RunId, Seq, SessionId, session_id
from runtime.journal import soundness
from runtime.journal.codec import Codec, Draft, drafts
from runtime.journal.database import Database
from runtime.journal.operations import Record, Seal, Settle, Tell
from runtime.journal.refs import Refs
from runtime.journal.rows import entry_of, session_of
from runtime.journal.snapshots import SqlSnapshots
from runtime.journal.states import extended
from runtime.journal.tables import IS_OPEN, entries, sessions
from runtime.journal.writer import Published, Wake, Writer
from runtime.ports import (
    EVERYWHERE,
    Appended,
    Artifacts,
    Behind,
    Clock,
    Guard,
    Known,
    Refused,
    Scope,
    SessionRow,
)

if TYPE_CHECKING:
    from runtime.journal.installations import SqlInstallations

PATIENCE = 10.0
"""Seconds that a write waits for somebody else's lock."""
PAGE = 128
"""Entries that are read at a time: others have their turn in between."""
_PAGE = (
    select(entries)
    .where(entries.c.session_id == bindparam("id"), entries.c.seq > bindparam("after"))
    .order_by(entries.c.seq)
    .limit(PAGE)
)
_PROBE, _PROBED = "probe", "-" * 16_384  # a key that no installation has; more than a page


class SqlJournal:
    """The port `Journal` on SQLite or PostgreSQL. `refs` remembers what was posted where."""

    def __init__(self, database: Database, codec: Codec, writer: Writer, clock: Clock) -> None:
        self._database, self._codec, self._writer = database, codec, writer
        self._clock = clock
        self.refs = Refs(database, writer, clock)
        self.snapshots = SqlSnapshots(database, writer)

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        url: str,
        *,
        clock: Clock,
        artifacts: Artifacts,
        wake: Wake,
        published: Published,
        settled_in_append: frozenset[str] = frozenset(),
        patience: float = PATIENCE,
        check: float = soundness.START,
    ) -> AsyncGenerator[Self, None]:
        """Migrate, then serve until the block ends; what was asked by then is still written.

        `settled_in_append` names the platforms that have no Settler; `check` is for how many
        seconds damage is looked for. Raises Misconfigured or
        JournalUnavailable.
        """
        database = Database(url, patience)
        try:
            await database.prepare(check)
            codec = Codec(artifacts)
            writer = Writer(
                database, codec, clock,
                wake=wake, published=published, settled_in_append=settled_in_append,
            )  # fmt: skip
            async with _serving(writer):
                yield cls(database, codec, writer, clock)
        finally:
            await database.close()

    def installations(self, key: str) -> SqlInstallations:
        """The port `Installations` in the same database. Raises Misconfigured for a bad key."""
        # Imported here: most installations keep no tokens, and need no cryptography in memory.
        from runtime.journal.installations import SqlInstallations

        return SqlInstallations(self._database, self._writer, self._clock, key)

    async def append(
        self,
        session: SessionId,
        facts: Sequence[Fact],
        *,
        run_id: RunId | None = None,
        expect: Seq,
    ) -> Appended | Behind | Known:
        """See `runtime.ports.Journal`. Raises BodyTooLarge; LookupError if nothing was told."""
        items = await self._drafts(facts, run_id)
        outcome = await self._writer.do(Record(session, items, expect))
        assert isinstance(outcome, Appended | Behind | Known)
        return outcome

    async def tell(
        self,
        address: Address,
        facts: Sequence[Fact] | Guard,
        *,
        run_id: RunId | None = None,
    ) -> Appended | Known | Refused:
        """See `runtime.ports.Journal`. Raises BodyTooLarge, and what the guard raises."""
        says = facts if callable(facts) else await self._drafts(facts, run_id)
        outcome = await self._writer.do(Tell(session_id(address), address, says, run_id))
        assert isinstance(outcome, Appended | Known | Refused)
        return outcome

    async def _drafts(self, facts: Sequence[Fact], run: RunId | None) -> tuple[Draft, ...]:
        # Large bodies are stored before the writer sees them: it waits for no file but its own.
        return tuple([await self._codec.placed(item) for item in drafts(facts, run)])

    async def read(self, session: SessionId, after: Seq = NO_SEQ) -> list[Entry]:
        return [entry async for page in self.pages(session, after) for entry in page]

    async def pages(
        self, session: SessionId, after: Seq = NO_SEQ
    ) -> AsyncGenerator[list[Entry], None]:
        while True:
            rows = await self._all(_PAGE, {"id": session, "after": after})
            if rows:
                yield [await entry_of(row, self._codec) for row in rows]
            if len(rows) < PAGE:
                return
            after = rows[-1].seq

    async def state(self, session: SessionId) -> RunState:
        states = self._writer.states
        state = states.get(session)
        if state.head == NO_SEQ:
            state = readable(await self.snapshots.state(session), state_of) or state
        async for page in self.pages(session, state.head):
            state = extended(state, page)
        states.keep(state)
        return state

    async def session(self, session: SessionId) -> SessionRow | None:
        rows = await self._all(select(sessions).where(sessions.c.session_id == session))
        return session_of(rows[0]) if rows else None

    async def sessions(self, limit: int = 100, scope: Scope = EVERYWHERE) -> list[SessionRow]:
        return await self._newest(select(sessions), limit, scope)

    async def unfinished(self, limit: int = 100, scope: Scope = EVERYWHERE) -> list[SessionRow]:
        # Whoever sleeps ended with `parked` or `run_finished`, and only inside a run has `parked`
        # the name of one.
        parked = exists().where(
            entries.c.session_id == sessions.c.session_id,
            entries.c.seq == sessions.c.head,
            entries.c.run_id.is_not(None),
            entries.c.body.startswith('{"type":"parked"'),
        )
        query = select(sessions).where(or_(sessions.c.awake, parked))
        return await self._newest(query, limit, scope)

    async def _newest(self, query: Select[Any], limit: int, scope: Scope) -> list[SessionRow]:
        """Of those in the scope: the limit comes last."""
        wanted = {name: value for name, value in asdict(scope).items() if value}
        query = query.filter_by(**wanted).order_by(sessions.c.updated_at.desc())
        rows = await self._all(query.order_by(sessions.c.session_id).limit(limit))
        return [session_of(row) for row in rows]

    async def open_work(self, now: datetime) -> list[SessionId]:
        due = and_(sessions.c.due_at.is_not(None), sessions.c.due_at <= now)
        behind = sessions.c.settled_seq < sessions.c.shown_seq
        # IS_OPEN says nothing new, but lets the database use the index of that name.
        query = select(sessions.c.session_id).where(IS_OPEN, or_(sessions.c.awake, behind, due))
        return [SessionId(row.session_id) for row in await self._all(query)]

    async def next_due(self) -> datetime | None:
        query = select(func.min(sessions.c.due_at)).where(sessions.c.due_at.is_not(None))
        return (await self._all(query))[0][0]

    async def settled(self, session: SessionId, seq: Seq) -> None:
        await self._writer.do(Settle(session, seq))

    async def probe(self) -> None:
        """Write as much as a turn takes, and take it away again. Raises JournalUnavailable."""
        await self.next_due()
        for sealed in (_PROBED, None):
            await self._writer.do(Seal(_PROBE, sealed, self._clock.now()))

    async def _all(
        self, query: Select[Any], given: dict[str, Any] | None = None
    ) -> Sequence[Row[Any]]:
        async with self._database.reading() as connection:
            return (await connection.execute(query, given)).all()


@asynccontextmanager
async def _serving(writer: Writer) -> AsyncGenerator[None, None]:
    task = asyncio.create_task(writer.run(), name="journal-writer")
    try:
        yield
    finally:
        writer.close()
        await task
