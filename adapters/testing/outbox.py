"""An outbox in memory; it outlives what is restarted around it."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import JsonValue

from runtime.ids import SessionId


@dataclass(frozen=True, slots=True)
class MemoryPosting:
    """Implements outbox.Posting."""

    key: str
    ref: JsonValue


@dataclass(slots=True)
class MemoryOutbox:
    """Implements outbox.Outbox."""

    rows: dict[SessionId, dict[str, JsonValue]] = field(
        default_factory=dict[SessionId, dict[str, JsonValue]]
    )
    writes: int = 0

    async def intend(self, session: SessionId, key: str) -> None:
        self.writes += 1
        self.rows.setdefault(session, {}).setdefault(key, None)

    async def record(self, session: SessionId, key: str, ref: JsonValue) -> None:
        self.writes += 1
        self.rows.setdefault(session, {})[key] = ref

    async def all(self, session: SessionId) -> list[MemoryPosting]:
        rows = self.rows.get(session, {})
        return [MemoryPosting(key, ref) for key, ref in rows.items()]
