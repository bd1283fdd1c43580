"""The port to the memory of what was posted where; `runtime.journal.Refs` satisfies it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pydantic import JsonValue

from runtime.ids import SessionId


class Posting(Protocol):
    """What is known under a key. Without `ref` it was meant to be posted, and may be or not."""

    @property
    def key(self) -> str: ...
    @property
    def ref(self) -> JsonValue: ...


class Outbox(Protocol):
    """Posting is not idempotent: the intent is durable before a post, the reference after it."""

    async def intend(self, session: SessionId, key: str) -> None:
        """The message will be posted; an earlier word on the same key stands."""
        ...

    async def record(self, session: SessionId, key: str, ref: JsonValue) -> None:
        """Where the message is; a later word replaces an earlier one."""
        ...

    async def all(self, session: SessionId) -> Sequence[Posting]:
        """Everything that is known of a session."""
        ...
