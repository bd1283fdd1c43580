"""What may be asked of the writer, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue

from runtime.ids import Address, RunId, Seq, SessionId
from runtime.journal.codec import Draft
from runtime.ports import Appended, Behind, Guard, Known, Refused, Snapshot


@dataclass(frozen=True, slots=True)
class Record:
    """A driver's append at exactly the head `expect`."""

    session: SessionId
    drafts: tuple[Draft, ...]
    expect: Seq


@dataclass(frozen=True, slots=True)
class Tell:
    """An inbox append at whatever head. `says` is what to write, or the guard that decides."""

    session: SessionId
    address: Address
    says: tuple[Draft, ...] | Guard
    run_id: RunId | None


@dataclass(frozen=True, slots=True)
class Settle:
    """What stands up to `seq` has reached the platform."""

    session: SessionId
    seq: Seq


@dataclass(frozen=True, slots=True)
class Intend:
    """A message with this key is about to be posted."""

    session: SessionId
    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Refer:
    """The message with this key was posted: here is where."""

    session: SessionId
    key: str
    ref: JsonValue
    at: datetime


@dataclass(frozen=True, slots=True)
class KeepSnapshot:
    """Keep a snapshot of the folds; those of other versions of the folds go."""

    snapshot: Snapshot
    version: str

    @property
    def session(self) -> SessionId:
        return self.snapshot.session_id


@dataclass(frozen=True, slots=True)
class Seal:
    """Keep this under the key, already encrypted; without `sealed` nothing is kept any more. It
    belongs to no session."""

    key: str
    sealed: str | None
    at: datetime


Operation = Record | Tell | Settle | Intend | Refer | KeepSnapshot | Seal
Outcome = Appended | Behind | Known | Refused | None
