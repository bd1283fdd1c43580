"""One write transaction: look, write, commit; each is one visit to the writer's thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import TypeVar

from sqlalchemy import Connection, bindparam, delete, insert, update
from sqlalchemy.exc import DBAPIError

from runtime.facts import Entry
from runtime.ids import SessionId
from runtime.journal.batch import Batch
from runtime.journal.codec import Codec, Draft
from runtime.journal.database import Database
from runtime.journal.reads import JournalReader, Keys, Reads, ReadSet, known_keys, look
from runtime.journal.rows import entry_columns, entry_of, session_columns
from runtime.journal.tables import entries, installations, refs, sessions, snapshots
from runtime.journal.upserts import keeping, replacing

T = TypeVar("T")

_SLICE = 64  # rows that are decoded before others have their turn
_ADD_ENTRIES = insert(entries)
_MOVE_SESSIONS = (
    update(sessions)
    .where(sessions.c.session_id == bindparam("of"))
    .values(
        {
            name: bindparam(name)
            for name in ("head", "shown_seq", "settled_seq", "awake", "due_at", "updated_at")
        }
    )
)
_DROP_SESSIONS = delete(sessions).where(sessions.c.session_id.in_(bindparam("ids", expanding=True)))
_OTHER_VERSIONS = delete(snapshots).where(
    snapshots.c.session_id == bindparam("of"), snapshots.c.version != bindparam("now")
)
_SEAL = insert(installations)
_UNSEAL = delete(installations).where(installations.c.key == bindparam("of"))


class Transaction:
    """What `wake` gets as `tx`: an engine that keeps its own rows writes them through `run`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self, act: Callable[[Connection], T]) -> T:
        """Let `act` execute statements inside the transaction. It must not commit."""
        return await self._database.run(act)

    async def look(self, wanted: ReadSet) -> Reads:
        """Begin, lock and read. Raises DBAPIError."""
        try:
            return await self.run(lambda connection: look(connection, wanted))
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
        # The server was restarted since the last group. Nothing is written yet: begin again.
        await self._database.reset()
        return await self.run(lambda connection: look(connection, wanted))

    async def keys(self, wanted: Mapping[SessionId, Sequence[str]]) -> Keys:
        """Those that exist. Raises DBAPIError."""
        return await self.run(lambda connection: known_keys(connection, wanted)) if wanted else {}

    async def write(self, plan: Batch, items: Sequence[Draft], *, commit: bool) -> None:
        """Write the plan; `items` are its drafts with their final bodies. Raises DBAPIError."""

        def act(connection: Connection) -> None:
            _write(connection, plan, items)
            if commit:
                connection.commit()

        await self.run(act)

    async def commit(self) -> None:
        """Raises DBAPIError. If the server dies while it commits, nobody knows what it did: who
        appends again is answered `Known` or `Behind` with his own entries."""
        await self.run(Connection.commit)


def _write(connection: Connection, plan: Batch, items: Sequence[Draft]) -> None:
    """At most five statements, however large the group, and two for a snapshot or installation."""
    if plan.written:
        rows = [
            entry_columns(entry, item) for (entry, _), item in zip(plan.written, items, strict=True)
        ]
        connection.execute(_ADD_ENTRIES, rows)
    if plan.changed:
        connection.execute(_MOVE_SESSIONS, [session_columns(row) for row in plan.changed.values()])
    if plan.intents:
        connection.execute(
            keeping(connection, refs),
            [
                {"session_id": i.session, "key": i.key, "ref": None, "intended_at": i.at}
                for i in plan.intents
            ],
        )
    if plan.refs:
        connection.execute(
            replacing(connection, refs, "ref"),
            [
                {"session_id": r.session, "key": r.key, "ref": r.ref, "intended_at": r.at}
                for r in plan.refs
            ],
        )
    for kept in plan.snapshots:
        connection.execute(_OTHER_VERSIONS, {"of": kept.session, "now": kept.version})
        row = asdict(kept.snapshot) | {"version": kept.version}
        connection.execute(keeping(connection, snapshots), row)
    for seal in plan.sealed.values():
        connection.execute(_UNSEAL, {"of": seal.key})
        if seal.sealed is not None:
            row = {"key": seal.key, "sealed": seal.sealed, "updated_at": seal.at}
            connection.execute(_SEAL, row)
    if plan.unborn:
        connection.execute(_DROP_SESSIONS, {"ids": plan.unborn})


async def decoded(seen: Reads, codec: Codec) -> JournalReader:
    """What was read, with the bodies as facts. Raises JournalUnavailable."""
    facts: dict[SessionId, Sequence[Entry]] = {}
    for session, rows in seen.raw.items():
        facts[session] = found = list[Entry]()
        for row in rows:
            found.append(await entry_of(row, codec))
            if len(found) % _SLICE == 0:
                await asyncio.sleep(0)
    return JournalReader(seen.rows, seen.keys, facts, seen.states)
