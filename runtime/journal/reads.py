"""What a group of operations must see of the database before it can be decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from runtime.facts import Entry
from runtime.folds.snapshot import readable, state_of, version
from runtime.folds.state import RunState
from runtime.ids import Address, Seq, SessionId
from runtime.journal.codec import Draft
from runtime.journal.operations import Operation, Record, Seal, Tell
from runtime.journal.rows import empty_session, session_of
from runtime.journal.states import States
from runtime.journal.tables import entries, sessions, snapshots
from runtime.journal.upserts import keeping
from runtime.ports import SessionRow

_LOCKED = (
    select(sessions)
    .where(sessions.c.session_id.in_(bindparam("ids", expanding=True)))
    .order_by(sessions.c.session_id)
    .with_for_update()
)
_KEYS = select(entries.c.key, entries.c.seq).where(
    entries.c.session_id == bindparam("id"), entries.c.key.in_(bindparam("keys", expanding=True))
)
_SINCE = (
    select(entries)
    .where(entries.c.session_id == bindparam("id"), entries.c.seq > bindparam("after"))
    .order_by(entries.c.seq)
)

_STATE = (
    select(snapshots.c.state)
    .where(snapshots.c.session_id == bindparam("id"), snapshots.c.version == bindparam("version"))
    .order_by(snapshots.c.seq.desc())
    .limit(1)
)

Keys = dict[tuple[SessionId, str], Seq]


@dataclass(frozen=True, slots=True)
class ReadSet:
    """What to look at: sessions, addresses of those that may be new, keys (of drivers only where
    they are behind their head), the cached states of guarded sessions, and from which seq on
    entries are needed if there are any."""

    now: datetime
    sessions: tuple[SessionId, ...]
    addresses: dict[SessionId, Address] = field(default_factory=dict[SessionId, Address])
    keys: dict[SessionId, list[str]] = field(default_factory=dict[SessionId, list[str]])
    records: list[Record] = field(default_factory=list[Record])
    guarded: dict[SessionId, RunState] = field(default_factory=dict[SessionId, RunState])
    after: dict[SessionId, Seq] = field(default_factory=dict[SessionId, Seq])

    def look_up(self, session: SessionId, items: Sequence[Draft]) -> None:
        """Whether the keys of these drafts exist is needed."""
        if keys := [item.key for item in items if item.key]:
            self.keys.setdefault(session, []).extend(keys)

    def entries(self, session: SessionId, after: Seq) -> None:
        """Entries with a larger seq are needed."""
        self.after[session] = min(self.after.get(session, after), after)


@dataclass(frozen=True, slots=True)
class Reads:
    """The locked truth: nobody can change these sessions before the transaction ends. `states` are
    those of guarded sessions at some head; `raw` has what came since."""

    rows: dict[SessionId, SessionRow]
    keys: Keys
    raw: dict[SessionId, Sequence[Row[Any]]]
    states: dict[SessionId, RunState]


@dataclass(frozen=True, slots=True)
class JournalReader:
    """`Reads` with its entries decoded."""

    rows: dict[SessionId, SessionRow]
    keys: Keys
    entries: dict[SessionId, Sequence[Entry]]
    states: dict[SessionId, RunState]


def wants(
    operations: Sequence[Operation], states: States, now: datetime, *, certain: bool
) -> ReadSet:
    """What these operations need.

    A driver at the head has read every key that exists, so its own are not looked up: the unique
    constraint proves it. Where that fires, the group comes back and wants to be `certain`.
    """
    of_sessions = [operation for operation in operations if not isinstance(operation, Seal)]
    crowd = Counter(operation.session for operation in of_sessions)
    wanted = ReadSet(now, tuple(sorted(crowd)))
    for operation in of_sessions:
        session = operation.session
        match operation:
            case Tell(address=address, says=says):
                wanted.addresses[session] = address
                if not callable(says):
                    wanted.look_up(session, says)
                elif session not in wanted.guarded:
                    wanted.guarded[session] = states.get(session)
            case Record(drafts=items, expect=expect):
                wanted.entries(session, expect)
                if certain or crowd[session] > 1:  # in a crowd, others may move the head first
                    wanted.look_up(session, items)
                else:
                    wanted.records.append(operation)
            case _:
                pass
    return wanted


def look(connection: Connection, wanted: ReadSet) -> Reads:
    """Create and lock the sessions, then read what is wanted.

    Missing rows are created before any is locked, both in the order of their ids: two processes
    wait for each other only in that order, so they never wait in a circle. On SQLite, BEGIN
    IMMEDIATE keeps everybody else out, and the lock clause is not sent.
    """
    if wanted.addresses:
        new = [
            empty_session(session, address, wanted.now)
            for session, address in sorted(wanted.addresses.items())
        ]
        connection.execute(keeping(connection, sessions), new)
    found = connection.execute(_LOCKED, {"ids": wanted.sessions})
    rows = {row.session_id: row for row in map(session_of, found)}
    guarded = {
        session: state if state.head or not rows[session].head else _stored(connection, state)
        for session, state in wanted.guarded.items()
    }
    for session, state in guarded.items():
        wanted.entries(session, state.head)
    raw = {
        session: connection.execute(_SINCE, {"id": session, "after": after}).all()
        for session, after in wanted.after.items()
        if session in rows and rows[session].head > after
    }
    for record in wanted.records:
        if record.session in rows and rows[record.session].head != record.expect:
            wanted.look_up(record.session, record.drafts)
    return Reads(rows, known_keys(connection, wanted.keys), raw, guarded)


def _stored(connection: Connection, empty: RunState) -> RunState:
    """As the newest snapshot has it."""
    given = {"id": empty.session_id, "version": version()}
    return readable(connection.execute(_STATE, given).scalar(), state_of) or empty


def known_keys(connection: Connection, wanted: Mapping[SessionId, Sequence[str]]) -> Keys:
    """Those of these keys that exist. A query for each session, because SQLite uses no index for a
    list of pairs."""
    keys: Keys = {}
    for session, some in wanted.items():
        for key, seq in connection.execute(_KEYS, {"id": session, "keys": some}):
            keys[session, key] = seq
    return keys
