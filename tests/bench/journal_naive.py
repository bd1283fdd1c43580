"""What Aether's journal is compared with: the same append as a transaction of its own, on the same
tables, durability and drivers, as one writes it with SQLAlchemy's asyncio engine and its pool."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, event, insert, select, update
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from runtime.facts import FACT, Fact, key_of
from runtime.ids import Seq, SessionId
from runtime.journal.tables import entries, sessions

_HEAD = (
    select(sessions.c.head).where(sessions.c.session_id == bindparam("session")).with_for_update()
)
_INSERT = insert(entries)
_MOVE = (
    update(sessions)
    .where(sessions.c.session_id == bindparam("session"))
    .values(head=bindparam("seq"), shown_seq=bindparam("seq"), updated_at=bindparam("at"))
)


def engine_of(url: str, pool: int) -> AsyncEngine:
    """SQLite as the journal sets it: WAL, synced at every commit, writers announce themselves."""
    if url.startswith("sqlite"):
        engine = create_async_engine(
            url.replace("sqlite:", "sqlite+aiosqlite:"),
            pool_size=pool,
            max_overflow=0,
            pool_timeout=300,
        )
        event.listen(engine.sync_engine, "connect", _connected)
        event.listen(engine.sync_engine, "begin", _begun)
        return engine
    return create_async_engine(
        url, pool_size=pool, max_overflow=0, pool_timeout=300, isolation_level="READ COMMITTED"
    )


async def append(engine: AsyncEngine, session: SessionId, fact: Fact, expect: Seq) -> None:
    """Lock, look at the head, insert, move the projection, commit."""
    at, seq = datetime.now(UTC), expect + 1
    body = FACT.dump_json(fact).decode()
    row = {
        "session_id": session, "seq": seq, "key": key_of(fact, None), "at": at, "run_id": None,
        "body": body,
    }  # fmt: skip
    async with engine.begin() as connection:
        head = (await connection.execute(_HEAD, {"session": session})).scalar_one()
        assert head == expect, "nobody else writes to this session"
        await connection.execute(_INSERT, row)
        await connection.execute(_MOVE, {"session": session, "seq": seq, "at": at})


def _connected(connection: DBAPIConnection, _: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself
    cursor = connection.cursor()
    for setting in ("busy_timeout = 10000", "synchronous = FULL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _begun(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
