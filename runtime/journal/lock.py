"""One process serves a database: a file lock beside SQLite, an advisory lock in PostgreSQL.

It keeps two processes from doing the same work and from writing in the same threads; the journal
stays correct without it. Reading needs no lock. A lock can be lost while its holder lives (a
connection is cut, a file deleted while the process was stopped), so it is proved again and again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Protocol

from runtime.errors import JournalUnavailable, LockLost
from runtime.journal.database import parsed, place
from runtime.journal.file_lock import FileLock
from runtime.journal.server_lock import ServerLock
from runtime.ports import Clock

_FIRST_WAIT, _LONGEST_WAIT = 0.1, 5.0  # seconds between two attempts to take it again, doubling


class Held(Protocol):
    """One kind of lock."""

    async def take(self) -> None:
        """Raises DatabaseBusy, naming the process that serves the database already, or
        JournalUnavailable."""
        ...

    async def missing(self) -> str | None:
        """Why it is not ours any more; None while it is."""
        ...

    async def give(self) -> None: ...


class DatabaseLock:
    """Implements ports.Lock. `lost` is set from the moment that a proof failed until it is taken
    again."""

    def __init__(self, held: Held, where: str) -> None:
        self._held, self._where = held, where
        self._why = ""
        self.lost = asyncio.Event()

    async def prove(self) -> None:
        if not self.lost.is_set() and (why := await self._held.missing()):
            self._why = why
            self.lost.set()
        if self.lost.is_set():
            raise LockLost(f"the lock of database {self._where} is lost: {self._why}")

    async def retake(self, clock: Clock) -> None:
        """Wait until it is ours again. Raises DatabaseBusy where another process has it."""
        wait = _FIRST_WAIT
        while self.lost.is_set():
            try:
                await self._held.take()
                self.lost.clear()
            except JournalUnavailable:  # that it is lost was said
                await clock.sleep(wait)
                wait = min(2 * wait, _LONGEST_WAIT)


@asynccontextmanager
async def exclusive(url: str, address: str = "") -> AsyncGenerator[DatabaseLock]:
    """Serve this database alone while the block runs. `address` tells others where the service is.

    Raises DatabaseBusy, naming the process that serves it already.
    """
    database = parsed(url)
    kind = FileLock if database.get_backend_name() == "sqlite" else ServerLock
    held = kind(database, address)
    try:
        await held.take()
        yield DatabaseLock(held, place(database))
    finally:
        await held.give()
