"""The advisory lock of a PostgreSQL database."""

from __future__ import annotations

import asyncio
import os
import socket
from contextlib import suppress
from typing import Any

from sqlalchemy import URL, NullPool, Row, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from runtime.errors import JournalUnavailable
from runtime.journal.database import busy, place
from runtime.journal.errors import explained

_LOCK = 0x41455453  # any number, but not the one of `schema`
_NAME = 63  # characters of an application name that PostgreSQL keeps
_ANSWER = 10.0  # seconds until a server that says nothing counts as gone
_KEEP_ALIVE = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    # The server's end too: it must notice within seconds that the holder's machine is lost.
    "options": "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3",
}
_TRY = text("SELECT pg_try_advisory_lock(:lock) AS taken, pg_backend_pid() AS backend")
_OURS = text(
    "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = :lock AND granted"
    " AND pid = pg_backend_pid()"
)
_HOLDER = text(
    "SELECT pid, application_name FROM pg_stat_activity JOIN pg_locks USING (pid)"
    " WHERE datname = current_database() AND locktype = 'advisory' AND objid = :lock AND granted"
)
_END = text("SELECT pg_terminate_backend(:pid)")
_GIVE = text("SELECT pg_advisory_unlock(:lock)")
_THE_LOCK: dict[str, Any] = {"lock": _LOCK}


class ServerLock:
    """Implements runtime.journal.lock.Held on a connection of its own, whose name says who holds
    it. The lock ends with its connection, and nobody is told."""

    def __init__(self, database: URL, address: str) -> None:
        name = f"aether: process {os.getpid()} on {socket.gethostname()} {address}".strip()
        given = database.query.get("options", "")
        options = f"{given} {_KEEP_ALIVE['options']}".strip()
        self._database = database
        self._engine = create_async_engine(
            database.set(drivername="postgresql+psycopg"),
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args=_KEEP_ALIVE
            | {"options": options, "application_name": name[:_NAME], "connect_timeout": 10},
        )
        self._connection: AsyncConnection | None = None
        self._backend: int | None = None
        self._turn = asyncio.Lock()

    async def take(self) -> None:
        await self._leave()
        try:
            connection = await self._engine.connect()
        except DBAPIError as error:
            raise explained(error, place(self._database)) from error
        try:
            await self._take(connection)
        except DBAPIError as error:
            await connection.close()
            raise explained(error, place(self._database)) from error
        except BaseException:
            await connection.close()
            raise
        self._connection = connection

    async def _take(self, connection: AsyncConnection) -> None:
        row = (await connection.execute(_TRY, _THE_LOCK)).one()
        if row.taken:
            self._backend = row.backend
            return
        holder = (await connection.execute(_HOLDER, _THE_LOCK)).first()
        if holder is not None and holder.pid == self._backend:
            # The server has not noticed yet that our old connection is cut.
            await connection.execute(_END, {"pid": holder.pid})
            raise JournalUnavailable(
                f"database {place(self._database)} still holds the lock for a connection that was"
                " cut: wait a moment"
            )
        raise busy(self._database, _name_of(holder))

    async def missing(self) -> str | None:
        # In a task of its own: a caller that is cancelled would break the connection, and with it
        # the lock.
        return await asyncio.shield(asyncio.ensure_future(self._ask()))

    async def _ask(self) -> str | None:
        async with self._turn:
            if self._connection is None:
                return "it is not held"
            try:
                async with asyncio.timeout(_ANSWER):
                    found = (await self._connection.execute(_OURS, _THE_LOCK)).first()
            except (DBAPIError, TimeoutError) as error:
                await self._drop()
                said = error.orig if isinstance(error, DBAPIError) else "no answer"
                return f"its connection to {place(self._database)} is cut ({_line(said)})"
            return None if found else f"{place(self._database)} gave it away"

    async def give(self) -> None:
        """Release it now: the server notices the end of a connection a moment after its client, and
        whoever starts in between would be refused."""
        async with self._turn:
            if self._connection is not None:
                with suppress(DBAPIError):  # the server is gone, and the lock with it
                    await self._connection.execute(_GIVE, _THE_LOCK)
        await self._leave()
        await self._engine.dispose()

    async def _leave(self) -> None:
        async with self._turn:
            await self._drop()

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(DBAPIError):
                await connection.invalidate()
            with suppress(DBAPIError):
                await connection.close()


def _name_of(holder: Row[Any] | None) -> str:
    name = holder.application_name if holder else ""
    return str(name).removeprefix("aether: ") if name else "another process"


def _line(said: object) -> str:
    return " ".join(str(said).split())
