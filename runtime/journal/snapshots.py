"""Snapshots of the folds in the database: only those that this version of the folds has made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, select

from runtime.folds.snapshot import version
from runtime.ids import NO_SEQ, Seq, SessionId
from runtime.journal.database import Database
from runtime.journal.operations import KeepSnapshot
from runtime.journal.tables import sessions, snapshots
from runtime.journal.writer import Writer
from runtime.ports import Snapshot


class SqlSnapshots:
    """Implements ports.SnapshotStore. Raises JournalUnavailable."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self._database, self._writer = database, writer

    async def keep(self, snapshot: Snapshot) -> None:
        await self._writer.do(KeepSnapshot(snapshot, version()))

    async def newest(self, session: SessionId) -> Snapshot | None:
        rows = await self._rows(select(snapshots).where(_of(session)), limit=1)
        return _snapshot(rows[0]) if rows else None

    async def reached(self, session: SessionId) -> Seq:
        rows = await self._rows(select(snapshots.c.seq).where(_of(session)), limit=1)
        return Seq(rows[0].seq) if rows else NO_SEQ

    async def state(self, session: SessionId) -> str | None:
        rows = await self._rows(select(snapshots.c.state).where(_of(session)), limit=1)
        return rows[0].state if rows else None

    async def conversations(self, session: SessionId, upto: Seq) -> list[str]:
        query = select(snapshots.c.conversation).where(_of(session), snapshots.c.seq <= upto)
        return [row.conversation for row in reversed(await self._rows(query))]

    async def views(self, session: SessionId, upto: Seq, limit: int) -> list[str]:
        query = select(snapshots.c.view).where(_of(session), snapshots.c.seq <= upto)
        return [row.view for row in reversed(await self._rows(query, limit))]

    async def lacking(self, least: int) -> list[SessionId]:
        any_of = exists().where(_of(sessions.c.session_id))
        query = select(sessions.c.session_id).where(sessions.c.head >= least, ~any_of)
        async with self._database.reading() as connection:
            rows = await connection.execute(query.order_by(sessions.c.updated_at.desc()))
            return [SessionId(row.session_id) for row in rows]

    async def _rows(self, query: Select[Any], limit: int | None = None) -> Sequence[Row[Any]]:
        """The newest first."""
        query = query.order_by(snapshots.c.seq.desc()).limit(limit)
        async with self._database.reading() as connection:
            return (await connection.execute(query)).all()


def _of(session: Any) -> ColumnElement[bool]:
    return and_(snapshots.c.session_id == session, snapshots.c.version == version())


def _snapshot(row: Row[Any]) -> Snapshot:
    return Snapshot(SessionId(row.session_id), Seq(row.seq), row.state, row.conversation, row.view)
