"""Which messages were posted where: an intent before the post, the reference after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import JsonValue
from sqlalchemy import Row, Select, select

from runtime.ids import SessionId
from runtime.journal.database import Database
from runtime.journal.operations import Intend, Refer
from runtime.journal.tables import refs
from runtime.journal.writer import Writer
from runtime.ports import Clock


@dataclass(frozen=True, slots=True)
class Posting:
    """A message by its key. Without `ref` it was meant to be posted, and may or may not be."""

    key: str
    ref: JsonValue
    intended_at: datetime


class Refs:
    """The outbox's memory. Posting is not idempotent: after a restart an intent without a ref
    means that the platform must be asked before posting again."""

    def __init__(self, database: Database, writer: Writer, clock: Clock) -> None:
        self._database, self._writer, self._clock = database, writer, clock

    async def intend(self, session: SessionId, key: str) -> None:
        """Say that the message will be posted; an earlier word on the same key stands."""
        await self._writer.do(Intend(session, key, self._clock.now()))

    async def record(self, session: SessionId, key: str, ref: JsonValue) -> None:
        """Say where the message is; a later word replaces an earlier one."""
        await self._writer.do(Refer(session, key, ref, self._clock.now()))

    async def lookup(self, session: SessionId, key: str) -> Posting | None:
        query = select(refs).where(refs.c.session_id == session, refs.c.key == key)
        rows = await self._rows(query)
        return _posting(rows[0]) if rows else None

    async def all(self, session: SessionId) -> list[Posting]:
        """Every message of the session, in the order of the intents."""
        query = select(refs).where(refs.c.session_id == session)
        rows = await self._rows(query.order_by(refs.c.intended_at, refs.c.key))
        return [_posting(row) for row in rows]

    async def _rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        async with self._database.reading() as connection:
            return (await connection.execute(query)).all()


def _posting(row: Row[Any]) -> Posting:
    return Posting(row.key, row.ref, row.intended_at)
