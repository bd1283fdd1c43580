"""Databases that refuse: a clear sentence, nothing half written, and on it goes afterwards."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, Engine, event

from runtime.clock import SystemClock
from runtime.errors import JournalUnavailable, Misconfigured
from runtime.events import MessageReceived
from runtime.ids import Address, SessionId, session_id
from runtime.journal import FileArtifacts, SqlJournal
from runtime.journal.database import Database
from runtime.ports import Appended, Known

Said = Callable[..., MessageReceived]
Opening = AbstractAsyncContextManager[SqlJournal]


async def wake(session: SessionId, tx: object) -> None:
    pass


def opening(url: str, folder: Path) -> Opening:
    return SqlJournal.open(
        url,
        clock=SystemClock(),
        artifacts=FileArtifacts(folder),
        wake=wake,
        published=lambda session, entries: None,
        patience=0.05,
    )


async def test_a_full_disk(tmp_path: Path, address: Address, said: Said) -> None:
    limit = 40  # pages of 4 KiB

    def limited(connection: Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {limit}")

    event.listen(Engine, "begin", limited)
    try:
        async with opening(f"sqlite:///{tmp_path}/j.db", tmp_path / "a") as journal:
            written = 0

            async def fill() -> None:
                nonlocal written
                for _ in range(limit):
                    await journal.tell(address, [said(written), said(written + 1, "x" * 20_000)])
                    written += 2

            with pytest.raises(JournalUnavailable, match=r"j\.db cannot be used: its disk is full"):
                await fill()
            assert len(await journal.read(session_id(address))) == written > 0
            limit = 4_000
            assert isinstance(await journal.tell(address, [said(written)]), Appended)
            assert len(await journal.read(session_id(address))) == written + 1
    finally:
        event.remove(Engine, "begin", limited)


async def test_a_locked_file(tmp_path: Path, address: Address, said: Said) -> None:
    async with opening(f"sqlite:///{tmp_path}/j.db", tmp_path / "a") as journal:
        await journal.tell(address, [said(1)])
        with closing(sqlite3.connect(tmp_path / "j.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(JournalUnavailable, match="another program holds it locked"):
                await journal.tell(address, [said(2)])
            assert len(await journal.read(session_id(address))) == 1  # readers go on
            other.execute("ROLLBACK")
        assert isinstance(await journal.tell(address, [said(2)]), Appended)


async def test_readers_that_take_every_connection(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/j.db", patience=0.05)
    async with AsyncExitStack() as readers:
        readers.push_async_callback(database.close)
        await database.prepare()

        async def read_on() -> None:
            for _ in range(100):
                await readers.enter_async_context(database.reading())

        with pytest.raises(JournalUnavailable, match=r"j\.db is not read in time: all its conn"):
            await read_on()


@pytest.mark.postgres
async def test_a_locked_table(
    postgres_database: str, tmp_path: Path, address: Address, said: Said
) -> None:
    async with opening(postgres_database, tmp_path) as journal:
        await journal.tell(address, [said(1)])
        with psycopg.connect(postgres_database.replace("+psycopg", "")) as other:
            other.execute("LOCK TABLE sessions IN EXCLUSIVE MODE")
            with pytest.raises(JournalUnavailable, match="another program holds it locked"):
                await journal.tell(address, [said(2)])
        assert isinstance(await journal.tell(address, [said(2)]), Appended)


def cut(url: str) -> None:
    """End every connection to the database, as a restart of the server does."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.mark.postgres
async def test_a_restarted_server(
    postgres_database: str, tmp_path: Path, address: Address, said: Said
) -> None:
    async with opening(postgres_database, tmp_path) as journal:
        await journal.tell(address, [said(1)])
        await journal.read(session_id(address))
        cut(postgres_database)
        assert isinstance(await journal.tell(address, [said(2)]), Appended)
        assert len(await journal.read(session_id(address))) == 2


@pytest.mark.postgres
async def test_a_server_that_goes_in_the_middle(
    postgres_database: str, tmp_path: Path, address: Address, said: Said
) -> None:
    reached, released = asyncio.Event(), asyncio.Event()

    async def held(session: SessionId, tx: object) -> None:
        reached.set()
        await released.wait()

    async with SqlJournal.open(
        postgres_database,
        clock=SystemClock(),
        artifacts=FileArtifacts(tmp_path),
        wake=held,
        published=lambda session, entries: None,
    ) as journal:
        told = asyncio.ensure_future(journal.tell(address, [said(1)]))
        await reached.wait()
        cut(postgres_database)
        released.set()
        with pytest.raises(JournalUnavailable, match="the server does not answer"):
            await told
        assert await journal.read(session_id(address)) == []
        assert isinstance(await journal.tell(address, [said(1)]), Appended)
        assert isinstance(await journal.tell(address, [said(1)]), Known)


@pytest.mark.parametrize(
    ("url", "error", "text"),
    [
        ("sqlite:///{}/file/j.db", JournalUnavailable, "folder of database .* cannot be made"),
        ("sqlite:///{}", JournalUnavailable, "it cannot be opened; check the path"),
        ("sqlite:///{}/file", JournalUnavailable, "the file is no SQLite database"),
        ("sqlite://", Misconfigured, "the journal needs a file, not memory"),
        ("mysql://localhost/a", Misconfigured, "the journal cannot live in mysql: use sqlite"),
        ("journal.db", Misconfigured, "'journal.db' is no database URL: use sqlite"),
        (
            "postgresql://u:geheim@/name?host={}",
            JournalUnavailable,
            "database name on .* cannot be used: the server does not answer",
        ),
    ],
)
async def test_a_url_that_leads_nowhere(
    tmp_path: Path, url: str, error: type[Exception], text: str
) -> None:
    (tmp_path / "file").write_text("This is no database, but long enough to look at.\n" * 50)
    with pytest.raises(error, match=text) as caught:
        async with opening(url.format(tmp_path), tmp_path / "a"):
            pass
    assert "geheim" not in str(caught.value)
