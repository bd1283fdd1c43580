"""A database that really refuses for a while: a disk that is full, a server that is stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from postgres_server import postgres_server, start, stop
from sqlalchemy import Connection, Engine, event

_LARGE = "INSERT INTO installations VALUES ('disk', hex(zeroblob(99999)), '2026-01-01')"


class DatabaseOutage(Protocol):
    """`url` is the database's own."""

    url: str

    async def begin(self) -> None: ...
    async def end(self) -> None: ...


@dataclass
class FullDisk:
    """SQLite may not make its file any larger, in the transactions of this process."""

    url: str
    full: bool = False

    async def begin(self) -> None:
        self.full = True

    async def end(self) -> None:
        self.full = False

    def refuse(self, connection: Connection, _: object, statement: str, *__: object) -> None:
        """Before each statement: what is small may still fit into a page that is there, so
        something large goes first."""
        if connection.dialect.driver != "pysqlite" or statement == _LARGE:
            return
        if self.full and statement.startswith(("INSERT", "UPDATE", "DELETE")):
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            connection.exec_driver_sql(_LARGE)
        elif statement == "BEGIN IMMEDIATE":
            connection.exec_driver_sql("PRAGMA max_page_count = 1000000")


@dataclass
class StoppedServer:
    url: str
    away: bool = field(default=False)

    async def begin(self) -> None:
        await asyncio.to_thread(stop, self.url)
        self.away = True

    async def end(self) -> None:
        if self.away:
            await asyncio.to_thread(start, self.url)
            self.away = False


@contextmanager
def full_disk(folder: Path) -> Generator[FullDisk]:
    made = FullDisk(f"sqlite:///{folder / 'aether.db'}")
    event.listen(Engine, "before_cursor_execute", made.refuse)
    try:
        yield made
    finally:
        event.remove(Engine, "before_cursor_execute", made.refuse)


@contextmanager
def stopped_server() -> Generator[StoppedServer]:
    with postgres_server() as url:
        yield StoppedServer(url)
