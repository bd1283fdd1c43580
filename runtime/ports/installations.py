"""The port to what must be kept secret between restarts: tokens of workspaces."""

from __future__ import annotations

from typing import Protocol

from pydantic import JsonValue


class Installations(Protocol):
    """Records by key, encrypted where they lie. Raises JournalUnavailable when it cannot, and
    Misconfigured if a record was encrypted with another key."""

    async def get(self, key: str) -> JsonValue:
        """None if there is no such record."""
        ...

    async def put(self, key: str, record: JsonValue) -> None:
        """Durable when it returns; replaces what was there."""
        ...

    async def delete(self, key: str) -> None:
        """No such record is success."""
        ...

    async def keys(self, prefix: str) -> list[str]:
        """The keys that begin so, in order."""
        ...
