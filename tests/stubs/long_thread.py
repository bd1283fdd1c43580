"""A thread that was used for long: one real task, told again and again under other names."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from runtime.events import RunFinished
from runtime.facts import FACT, Entry, Fact
from runtime.ids import Address, run_id, session_id
from runtime.journal import SqlJournal
from runtime.ports import Appended


def task_of(entries: Sequence[Entry]) -> list[Entry]:
    """The first task of a record, with the message that began it."""
    end = next(n for n, entry in enumerate(entries) if isinstance(entry.fact, RunFinished))
    return list(entries[: end + 1])


def told_again(task: Sequence[Entry], session: str, number: int, head: int) -> list[Fact]:
    """The facts of the `number`-th task of a session, from 1, as they stand after `head`."""
    old = task[0].session_id
    return [_renamed(entry.fact, old, session, number, head) for entry in task]


def _renamed(fact: Fact, old: str, session: str, number: int, head: int) -> Fact:
    text = FACT.dump_json(fact).decode()
    fields: dict[str, Any] = json.loads(text.replace(f"{old}.1", f"{session}.{number}"))
    if "seen" in fields:
        fields["seen"] += head
    if fields["type"] == "message_received":
        fields["message_id"] = f"{number}.{fields['message_id']}"
    return FACT.validate_python(fields)


async def lengthened(
    journal: SqlJournal, address: Address, task: Sequence[Entry], entries: int
) -> int:
    """Write whole tasks until the session has so many entries at least. How many there are."""
    session, head, number = session_id(address), 0, 0
    while head < entries:
        number += 1
        first, *rest = told_again(task, session, number, head)
        told = await journal.tell(address, (first,))
        assert isinstance(told, Appended)
        run, seq = run_id(session, number), told.entries[-1].seq
        done = await journal.append(session, rest, run_id=run, expect=seq)
        assert isinstance(done, Appended), done
        head = done.entries[-1].seq
    return head
