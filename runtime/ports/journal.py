"""The port to the record: the append-only journal and the store of large bodies."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
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


@dataclass(frozen=True, slots=True)
class Scope:
    """Where sessions live; an empty part stands for any."""

    platform: str = ""
    team: str = ""
    channel: str = ""


EVERYWHERE = Scope()


class Journal(Protocol):
    """Append-only; everything else is a fold over it. Raises JournalUnavailable when it cannot."""

    @property
    def snapshots(self) -> SnapshotStore: ...

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

    def pages(self, session: SessionId, after: Seq = NO_SEQ) -> AsyncGenerator[list[Entry], None]:
        """The same in parts, so that nobody waits while a long thread is read."""
        ...

    async def state(self, session: SessionId) -> RunState:
        """The fold of all entries, by way of the newest snapshot. Raises IllegalEvent."""
        ...

    async def session(self, session: SessionId) -> SessionRow | None: ...

    async def sessions(self, limit: int = 100, scope: Scope = EVERYWHERE) -> list[SessionRow]:
        """The newest first."""
        ...

    async def unfinished(self, limit: int = 100, scope: Scope = EVERYWHERE) -> list[SessionRow]:
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


@dataclass(frozen=True, slots=True)
class Snapshot:
    """JSON of each fold after the entry `seq`: see `runtime.folds.snapshot`."""

    session_id: SessionId
    seq: Seq
    state: str
    conversation: str
    view: str


class SnapshotStore(Protocol):
    """Snapshots of the folds as this version of them makes them, as JSON; others do not exist.
    Never the truth: whatever is missing here is folded from the entries."""

    async def keep(self, snapshot: Snapshot) -> None: ...

    async def newest(self, session: SessionId) -> Snapshot | None: ...

    async def reached(self, session: SessionId) -> Seq:
        """After which entry the newest one stands."""
        ...

    async def state(self, session: SessionId) -> str | None:
        """Of the newest one."""
        ...

    async def conversations(self, session: SessionId, upto: Seq) -> list[str]:
        """All up to this entry, the oldest first: together they are the conversation."""
        ...

    async def views(self, session: SessionId, upto: Seq, limit: int) -> list[str]:
        """The newest up to this entry, the oldest first."""
        ...

    async def lacking(self, least: int) -> list[SessionId]:
        """Sessions of so many entries that have none; the newest first."""
        ...


class Artifacts(Protocol):
    """Large bodies and files, named by content hash."""

    async def put(self, data: bytes) -> ArtifactHash:
        """Store durably (synced) and return the hash (64 hex digits)."""
        ...

    async def get(self, name: ArtifactHash) -> bytes:
        """The bytes; raises ToolError if no artifact has this name."""
        ...
