"""Tokens of workspaces, kept in the journal's database: it opens after the platforms are made."""

from __future__ import annotations

from pydantic import JsonValue

from runtime.errors import JournalUnavailable
from runtime.journal import SqlJournal
from runtime.ports import Installations


class LateInstallations:
    """Implements ports.Installations as soon as the journal is open; until then every verb raises
    JournalUnavailable."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._kept: Installations | None = None

    def open(self, journal: SqlJournal) -> None:
        """Raises Misconfigured for a bad key."""
        self._kept = journal.installations(self._key)

    async def get(self, key: str) -> JsonValue:
        return await self._open.get(key)

    async def put(self, key: str, record: JsonValue) -> None:
        await self._open.put(key, record)

    async def delete(self, key: str) -> None:
        await self._open.delete(key)

    async def keys(self, prefix: str) -> list[str]:
        return await self._open.keys(prefix)

    @property
    def _open(self) -> Installations:
        if self._kept is None:
            raise JournalUnavailable("installations are not known: the journal is not open")
        return self._kept
