"""Rows to values and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from runtime.events import RunFinished
from runtime.facts import Entry, Parked, is_shown
from runtime.ids import NO_SEQ, Address, RunId, Seq, SessionId
from runtime.journal.codec import Codec, Draft
from runtime.ports import SessionRow

Columns = dict[str, Any]
"""A row as SQLAlchemy takes it."""


def session_of(row: Row[Any]) -> SessionRow:
    """A row of `sessions`."""
    return SessionRow(
        session_id=SessionId(row.session_id),
        address=Address.model_validate(row.address),
        head=Seq(row.head),
        shown_seq=Seq(row.shown_seq),
        settled_seq=Seq(row.settled_seq),
        awake=row.awake,
        due_at=row.due_at,
        updated_at=row.updated_at,
    )


async def entry_of(row: Row[Any], codec: Codec) -> Entry:
    """A row of `entries`. Raises JournalUnavailable if its body cannot be read."""
    return Entry(
        session_id=SessionId(row.session_id),
        seq=Seq(row.seq),
        at=row.at,
        run_id=None if row.run_id is None else RunId(row.run_id),
        fact=await codec.load(row.body),
    )


def empty_session(session: SessionId, address: Address, now: datetime) -> Columns:
    """The row of a session before its first entry."""
    return {
        "session_id": session,
        "address": address.model_dump(),
        "head": NO_SEQ,
        "shown_seq": NO_SEQ,
        "settled_seq": NO_SEQ,
        "awake": False,
        "due_at": None,
        "updated_at": now,
        "platform": address.platform,
        "team": address.team,
        "channel": address.channel,
    }


def entry_columns(entry: Entry, item: Draft) -> Columns:
    return {
        "session_id": entry.session_id,
        "seq": entry.seq,
        "key": item.key,
        "at": entry.at,
        "run_id": entry.run_id,
        "body": item.body,
    }


def session_columns(row: SessionRow) -> Columns:
    """What an append changes; `of` names the session."""
    return {
        "of": row.session_id,
        "head": row.head,
        "shown_seq": row.shown_seq,
        "settled_seq": row.settled_seq,
        "awake": row.awake,
        "due_at": row.due_at,
        "updated_at": row.updated_at,
    }


def project(row: SessionRow, entries: Sequence[Entry], *, inbox: bool) -> SessionRow:
    """The session after one append of `entries` (at least one).

    The inbox wakes; only a driver's `parked` or `run_finished` lets it sleep, until `due_at`. In a
    queue it stays awake.
    """
    last = entries[-1]
    shown = next((entry.seq for entry in reversed(entries) if is_shown(entry.fact)), row.shown_seq)
    row = replace(row, head=last.seq, shown_seq=shown, updated_at=last.at)
    if inbox:
        return replace(row, awake=True)
    match last.fact:
        case Parked(queued=True):
            return replace(row, awake=True, due_at=None)
        case Parked(until=until):
            return replace(row, awake=False, due_at=until)
        case RunFinished():
            return replace(row, awake=False, due_at=None)
        case _:
            return row
