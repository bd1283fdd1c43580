"""The port to the record: the append-only journal and the store of large bodies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from runtime.facts import Entry, Fact
from runtime.folds.state import RunState
from runtime.ids import NO_SEQ, Address, ArtifactHash, RunId, Seq, SessionId


@dataclass(frozen=True, slots=True)
class Appended:
    """Written: the new entries, in order."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Behind:
    """Nothing was written: these entries came after the expected seq."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """Nothing was written: a fact with one of the keys stands at `seq` already. Done, never
    retry."""

    seq: Seq


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was written: the guard said no, in words for the person who asked."""

    text: str


Guard = Callable[[RunState], Sequence[Fact] | Refused]
"""Judges at the head that the writer writes at, so two voters never both see one vote. Pure."""


@dataclass(frozen=True, slots=True)
class SessionRow:
    """The projection of one session, written in the same transaction as its entries."""

    session_id: SessionId
    address: Address
    head: Seq
    shown_seq: Seq
    settled_seq: Seq
    awake: bool
    due_at: datetime | None
    updated_at: datetime


class Journal(Protocol):
    """Append-only; everything else is a fold over it. Raises JournalUnavailable when it cannot."""

    async def append(
        self,
        session: SessionId,
        facts: Sequence[Fact],
        *,
        run_id: RunId | None = None,
        expect: Seq,
    ) -> Appended | Behind | Known:
        """A driver's append, atomic, at exactly the head `expect`. Known wins over Behind. Clears
        `awake` if the last fact is `parked` or `run_finished`, and sets `due_at` from `parked`."""
        ...

    async def tell(
        self,
        address: Address,
        facts: Sequence[Fact] | Guard,
        *,
        run_id: RunId | None = None,
    ) -> Appended | Known | Refused:
        """An inbox append at whatever head: sets `awake` and wakes the engine inside the same
        transaction. Creates the session on its first entry."""
        ...

    async def read(self, session: SessionId, after: Seq = NO_SEQ) -> list[Entry]:
        """All entries with a larger seq, in order."""
        ...

    async def session(self, session: SessionId) -> SessionRow | None: ...

    async def sessions(self, limit: int = 100) -> list[SessionRow]:
        """The newest first."""
        ...

    async def unfinished(self, limit: int = 100) -> list[SessionRow]:
        """Those with a task that is not over, and those that are awake; the newest first."""
        ...

    async def open_work(self, now: datetime) -> list[SessionId]:
        """Sessions that are awake, unsettled, or due at `now`."""
        ...

    async def next_due(self) -> datetime | None:
        """The earliest `due_at` of all sessions."""
        ...

    async def settled(self, session: SessionId, seq: Seq) -> None:
        """What stands up to `seq` has reached the platform. Never moves backwards."""
        ...


class Artifacts(Protocol):
    """Large bodies and files, named by content hash."""

    async def put(self, data: bytes) -> ArtifactHash:
        """Store durably (synced) and return the hash (64 hex digits)."""
        ...

    async def get(self, name: ArtifactHash) -> bytes:
        """The bytes; raises ToolError if no artifact has this name."""
        ...
