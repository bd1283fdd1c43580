"""One process serves a database: a file lock beside SQLite, an advisory lock in PostgreSQL.

It keeps two processes from doing the same work; the journal stays correct without it. Reading
needs no lock.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from io import TextIOWrapper
from pathlib import Path

from sqlalchemy import URL, NullPool, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from runtime.errors import DatabaseBusy, JournalUnavailable
from runtime.journal.database import parsed, place
from runtime.journal.faults import explained

_LOCK = 0x41455453  # any number, but not the one of `schema`
_NAME = 63  # characters of an application name that PostgreSQL keeps
_HOLDER = text(
    "SELECT application_name FROM pg_stat_activity JOIN pg_locks USING (pid)"
    " WHERE datname = current_database() AND locktype = 'advisory' AND objid = :lock AND granted"
)


@asynccontextmanager
async def exclusive(url: str, address: str = "") -> AsyncGenerator[None, None]:
    """Serve this database alone while the block runs. `address` tells others where the service is.

    Raises DatabaseBusy, naming the process that serves it already.
    """
    database = parsed(url)
    async with AsyncExitStack() as stack:
        if database.get_backend_name() == "sqlite":
            file = _lock_file(database, address)  # at once: a thread could take it for nobody
            stack.callback(_release, file)
        else:
            await stack.enter_async_context(_lock_server(database, address))
        yield


def _lock_file(database: URL, address: str) -> TextIOWrapper:
    path = Path(f"{database.database}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise JournalUnavailable(
            f"lock file {path} cannot be opened: {error.strerror}; check who may write there, or"
            " set AETHER_DATA_DIR"
        ) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        with file:
            raise _busy(database, _holder(file)) from None
    file.truncate(0)
    json.dump({"pid": os.getpid(), "address": address}, file)
    file.flush()
    return file


def _release(file: TextIOWrapper) -> None:
    # The file stays: whoever waits for its lock must not be left with a removed one.
    file.truncate(0)
    file.close()


def _holder(file: TextIOWrapper) -> str:
    file.seek(0)
    try:
        who = json.load(file)
    except ValueError:
        return "another process"  # it has locked, and not written yet
    return f"process {who['pid']}" + (f" ({who['address']})" if who["address"] else "")


@asynccontextmanager
async def _lock_server(database: URL, address: str) -> AsyncGenerator[None, None]:
    """Hold an advisory lock on a connection of its own, whose name says who holds it."""
    name = f"aether: process {os.getpid()} on {socket.gethostname()} {address}".strip()
    engine = create_async_engine(
        database.set(drivername="postgresql+psycopg"),
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        connect_args={"application_name": name[:_NAME], "connect_timeout": 10},
    )
    async with AsyncExitStack() as stack:
        try:
            connection = await stack.enter_async_context(engine.connect())
            holder = await _take(connection)
        except DBAPIError as error:
            raise explained(error, place(database)) from error
        if holder is not None:
            raise _busy(database, holder)
        stack.push_async_callback(_give, connection)
        yield


async def _take(connection: AsyncConnection) -> str | None:
    """None if the lock is ours, else who has it."""
    lock = {"lock": _LOCK}
    if (await connection.execute(text("SELECT pg_try_advisory_lock(:lock)"), lock)).scalar():
        return None
    name = (await connection.execute(_HOLDER, lock)).scalar()
    return str(name).removeprefix("aether: ") if name else "another process"


async def _give(connection: AsyncConnection) -> None:
    """Release it now: the server notices the end of a connection a moment after its client, and
    whoever starts in between would be refused."""
    with suppress(DBAPIError):  # the server is gone, and the lock with it
        await connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})


def _busy(database: URL, holder: str) -> DatabaseBusy:
    return DatabaseBusy(
        f"database {place(database)} is served by {holder} already: stop it, or give this one a"
        " database of its own (database.url)"
    )
