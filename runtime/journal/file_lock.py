"""The lock file beside a SQLite database."""

from __future__ import annotations

import fcntl
import json
import os
from io import TextIOWrapper
from pathlib import Path

from sqlalchemy import URL

from runtime.errors import JournalUnavailable
from runtime.journal.database import busy


class FileLock:
    """Implements runtime.journal.lock.Held. A lock is on a file, not on its name: whoever deletes
    or replaces the file lets another process in, so the name must still lead to what we hold."""

    def __init__(self, database: URL, address: str) -> None:
        self._database, self._address = database, address
        self._path = Path(f"{database.database}.lock")
        self._file: TextIOWrapper | None = None

    async def take(self) -> None:
        """At once: a thread could take it for nobody."""
        self._close()
        while self._file is None:
            file = self._locked()
            if self._leads_to(file):
                self._file = file
                _introduce(file, self._address)
            else:
                file.close()  # it was deleted between the opening and the locking

    async def missing(self) -> str | None:
        if self._file is not None and self._leads_to(self._file):
            return None
        return f"lock file {self._path} was deleted or replaced"

    async def give(self) -> None:
        # The file stays: whoever waits for its lock must not be left with a removed one.
        if self._file is not None and self._leads_to(self._file):
            self._file.truncate(0)
        self._close()

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _leads_to(self, file: TextIOWrapper) -> bool:
        try:
            return os.path.samestat(os.stat(self._path), os.fstat(file.fileno()))
        except FileNotFoundError:
            return False

    def _locked(self) -> TextIOWrapper:
        """Raises DatabaseBusy or JournalUnavailable."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = self._path.open("a+", encoding="utf-8")
        except OSError as error:
            raise JournalUnavailable(
                f"lock file {self._path} cannot be opened: {error.strerror}; check who may write"
                " there, or set AETHER_DATA_DIR"
            ) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with file:
                raise busy(self._database, _holder(file)) from None
        return file


def _introduce(file: TextIOWrapper, address: str) -> None:
    file.truncate(0)
    json.dump({"pid": os.getpid(), "address": address}, file)
    file.flush()


def _holder(file: TextIOWrapper) -> str:
    file.seek(0)
    try:
        who = json.load(file)
    except ValueError:
        return "another process"  # it has locked, and not written yet
    return f"process {who['pid']}" + (f" ({who['address']})" if who["address"] else "")
