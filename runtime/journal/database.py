"""Where the journal lives: a URL becomes one writing connection and a pool of readers."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random

from runtime.errors import DatabaseBusy, JournalUnavailable, Misconfigured
from runtime.journal import soundness
from runtime.journal.errors import explained
from runtime.journal.schema import upgrade

T = TypeVar("T")

_QUEUED = 3  # times the patience: those who read before may each have waited for a lock


class Database:
    """One writing connection on its own thread, and readers beside it.

    The writer is synchronous on purpose: aiosqlite changes threads three or four times per
    statement, a whole transaction here changes threads once or twice.
    """

    def __init__(self, url: str, patience: float) -> None:
        """`patience`: how many seconds a write waits for somebody else's lock."""
        self.url = parsed(url)
        self.place = place(self.url)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._writer = _writing_engine(self.url, patience)
        self._readers = _reading_engine(self.url, patience)
        self._connection: Connection | None = None

    async def prepare(self, seconds: float = soundness.START) -> None:
        """Look for damage for so many seconds, then create what is missing. Raises
        JournalUnavailable or Misconfigured."""
        try:
            if self.url.get_backend_name() == "sqlite":
                await asyncio.to_thread(_make_folder, Path(self.place))
                await self.run(lambda connection: soundness.check(connection, self.place, seconds))
            await self.run(upgrade)
        except DBAPIError as error:
            raise explained(error, self.place) from error

    async def run(self, act: Callable[[Connection], T]) -> T:
        """Let the writer's thread act on the writing connection. Raises DBAPIError."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._act, act)

    def _act(self, act: Callable[[Connection], T]) -> T:
        if self._connection is None:
            self._connection = self._writer.connect()
        return act(self._connection)

    async def reset(self) -> None:
        """Roll back; a connection that cannot even do that is thrown away."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._reset)

    def _reset(self) -> None:
        if self._connection is None:
            return
        try:
            self._connection.rollback()
        except DBAPIError:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[AsyncConnection, None]:
        """A connection that sees what is committed. Raises JournalUnavailable."""
        try:
            async with self._readers.connect() as connection:
                yield connection
        except DBAPIError as error:
            raise explained(error, self.place) from error
        except PoolTimeout as error:
            raise JournalUnavailable(
                f"database {self.place} is not read in time: all its connections are taken; look"
                " at its disk or server"
            ) from error

    async def close(self) -> None:
        def close() -> None:
            if self._connection is not None:
                self._connection.close()
            self._writer.dispose()

        await asyncio.get_running_loop().run_in_executor(self._thread, close)
        self._thread.shutdown()
        await self._readers.dispose()


def parsed(url: str) -> URL:
    """The URL without a driver's name. Raises Misconfigured."""
    try:
        found = make_url(url)
    except ArgumentError:
        raise Misconfigured(f"{url!r} is no database URL: {_EXAMPLES}") from None
    backend = found.get_backend_name()
    if backend not in ("sqlite", "postgresql"):
        raise Misconfigured(f"the journal cannot live in {backend}: {_EXAMPLES}")
    if backend == "sqlite" and found.database in (None, "", ":memory:"):
        raise Misconfigured(f"the journal needs a file, not memory: {_EXAMPLES}")
    return found.set(drivername=backend)


_EXAMPLES = "use sqlite:///path/to/file.db or postgresql://user:password@host/name"


def _make_folder(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise JournalUnavailable(
            f"the folder of database {file} cannot be made: {error.strerror}; check the path and"
            " who may write there"
        ) from error


def place(url: URL) -> str:
    """The database in words, without its password."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    host = url.host or url.query.get("host") or "this machine"
    return f"{url.database} on {host}"


def busy(url: URL, holder: str) -> DatabaseBusy:
    return DatabaseBusy(
        f"database {place(url)} is served by {holder} already: stop it, or give this one a"
        " database of its own (database.url)"
    )


def _writing_engine(url: URL, patience: float) -> Engine:
    if url.get_backend_name() == "postgresql":
        options = url.query.get("options", "")
        return create_engine(
            url.set(drivername="postgresql+psycopg"),
            poolclass=NullPool,
            isolation_level="READ COMMITTED",  # what is read under a row lock must be the newest
            connect_args=_connect_args()
            | {"options": f"{options} -c lock_timeout={round(patience * 1000)}"},
        )
    engine = create_engine(url.set(drivername="sqlite"), poolclass=NullPool)
    event.listen(engine, "connect", _settings(patience))
    event.listen(engine, "connect", _write_ahead(patience))
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _reading_engine(url: URL, patience: float) -> AsyncEngine:
    # Every read is one statement, and sees one state without a transaction of its own.
    if url.get_backend_name() == "postgresql":
        return create_async_engine(
            url.set(drivername="postgresql+psycopg"),
            isolation_level="AUTOCOMMIT",
            pool_size=4,
            pool_timeout=_QUEUED * patience,
            pool_pre_ping=True,  # the server may have been restarted in between
            connect_args=_connect_args(),
        )
    engine = create_async_engine(
        url.set(drivername="sqlite+aiosqlite"),
        isolation_level="AUTOCOMMIT",
        pool_size=2,
        pool_timeout=_QUEUED * patience,
    )
    event.listen(engine.sync_engine, "connect", _settings(patience))
    return engine


def _connect_args() -> dict[str, Any]:
    # Without these, a server that vanished would be waited for until the kernel gives up.
    return {"connect_timeout": 10, "tcp_user_timeout": 30_000, "application_name": "aether"}


def _settings(patience: float) -> Callable[[DBAPIConnection, object], None]:
    def connected(connection: DBAPIConnection, _: object) -> None:
        # The driver must not begin transactions by itself: `_begin_immediate` does.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {round(patience * 1000)}")
        cursor.execute("PRAGMA synchronous = FULL")  # NORMAL may lose commits with the power
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    return connected


def _write_ahead(patience: float) -> Callable[[DBAPIConnection, object], None]:
    """The mode is the file's and lasts, so readers find it."""

    def connected(connection: DBAPIConnection, _: object) -> None:
        cursor = connection.cursor()
        # The change of mode asks for an exclusive lock without busy_timeout ("PRAGMA
        # journal_mode"): of programs that start together on a new file, all but one are refused.
        for attempt in Retrying(
            retry=retry_if_exception(_is_busy),
            wait=wait_random(0.002, 0.02),  # seconds; the change takes about 5 ms
            stop=stop_after_delay(patience),
            reraise=True,
        ):
            with attempt:
                cursor.execute("PRAGMA journal_mode")
                if cursor.fetchall() != [("wal",)]:
                    cursor.execute("PRAGMA journal_mode = WAL").fetchall()
        cursor.close()

    return connected


def _is_busy(error: BaseException) -> bool:
    code = error.sqlite_errorcode if isinstance(error, sqlite3.OperationalError) else None
    return code is not None and code & 0xFF == sqlite3.SQLITE_BUSY  # the rest says how


def _begin_immediate(connection: Connection) -> None:
    # A deferred transaction that reads first and writes later fails when another one wrote.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
