"""Snapshots in the database hasten reading, and nothing more: whatever is wrong with them, the same
is read."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, update

from runtime.events import MessageReceived
from runtime.facts import FACT, Entry, Fact
from runtime.folds.context import Conversation
from runtime.folds.snapshot import Folded
from runtime.folds.state import RunState
from runtime.ids import Address, RunId, Seq, SessionId, session_id
from runtime.journal import SqlJournal
from runtime.journal.database import parsed
from runtime.journal.tables import snapshots
from runtime.live.kept import KeptFolds
from runtime.live.snapshots import Snapshots
from runtime.ports import Appended, Scope

Open = Callable[..., AbstractAsyncContextManager[SqlJournal]]
Said = Callable[..., MessageReceived]

RECORD = Path(__file__).parents[2] / "golden" / "journals" / "two_tasks.jsonl"
TIMES = 3
"""The record is short: told so often it has more than one snapshot."""


def facts(session: SessionId, number: int, head: int) -> list[tuple[RunId | None, Fact]]:
    """The record's facts as the n-th part of a session that ends at `head`."""
    text = RECORD.read_text(encoding="utf-8")
    old = json.loads(text.splitlines()[-1])["run_id"].partition(".")[0]
    for run in (2, 1):
        text = text.replace(f"{old}.{run}", f"{session}.{2 * (number - 1) + run}")
    found: list[tuple[RunId | None, Fact]] = []
    for line in map(json.loads, text.splitlines()):
        fact = line["fact"]
        if fact["type"] == "message_received":
            fact["message_id"] += f".{number}"
        if "seen" in fact:
            fact["seen"] += head
        found.append((line["run_id"], FACT.validate_python(fact)))
    return found


async def play(journal: SqlJournal, address: Address) -> list[Entry]:
    session, head = session_id(address), 0
    for number in range(1, TIMES + 1):
        for run, fact in facts(session, number, head):
            if head == 0:
                told = await journal.tell(address, [fact], run_id=run)
            else:
                told = await journal.append(session, [fact], run_id=run, expect=Seq(head))
            assert isinstance(told, Appended), told
            head = told.entries[-1].seq
    return await journal.read(session)


def whole(entries: Sequence[Entry]) -> Folded:
    folded = Folded.empty(entries[0].session_id)
    for entry in entries:
        folded = folded.after(entry)
    return folded


async def read(journal: SqlJournal, session: SessionId) -> tuple[RunState, Conversation, RunState]:
    return *await KeptFolds(journal).read(session), await journal.state(session)


async def test_what_is_read_by_way_of_snapshots_is_the_full_fold(
    open_journal: Open, address: Address
) -> None:
    session = session_id(address)
    async with open_journal() as journal:
        entries = await play(journal, address)
        assert await journal.snapshots.lacking(1) == [session]
        await Snapshots(journal).write(session)
        assert await journal.snapshots.lacking(1) == []
        reached = await journal.snapshots.reached(session)
        full = whole(entries)
    async with open_journal() as journal:
        assert await read(journal, session) == (full.state, full.conversation, full.state)
        newest = await Snapshots(journal).view(session, Seq(reached - 1))
        seen = await Snapshots(journal).view(session)
    assert len(entries) - 124 < reached <= len(entries)
    assert newest.seq == reached
    assert newest.runs[-1] == full.view.runs[-1]
    assert newest.earlier > 0
    assert reached == len(entries)
    assert seen == full.view, "whoever asks for all of it gets all of it"


async def test_a_guard_judges_the_same_state_with_snapshots_and_without(
    open_journal: Open, address: Address, said: Said
) -> None:
    judged: list[RunState] = []

    def look(state: RunState) -> Sequence[Fact]:
        judged.append(state)
        return (said(len(judged)),)

    async with open_journal() as journal:
        await play(journal, address)
    async with open_journal() as journal:
        await journal.tell(address, look)
        await Snapshots(journal).write(session_id(address))
    async with open_journal() as journal:
        told = await journal.tell(address, look)
        again = await journal.tell(address, look)
    assert isinstance(told, Appended)
    assert isinstance(again, Appended)
    assert judged[1].head == judged[0].head + 1 == judged[2].head - 1
    assert judged[1].inbox == (*judged[0].inbox, *judged[1].inbox[-1:])
    same = ("runs", "run", "requester", "grants", "expired", "tainted", "worker", "driven")
    assert [getattr(judged[0], name) for name in same] == [
        getattr(judged[1], name) for name in same
    ]


@pytest.mark.parametrize("damage", ["version", "state", "conversation", "view"])
async def test_snapshots_of_other_versions_and_damaged_ones_are_left_aside(
    open_journal: Open, url: str, address: Address, damage: str
) -> None:
    session = session_id(address)
    async with open_journal() as journal:
        full = whole(await play(journal, address))
        await Snapshots(journal).write(session)
    found = parsed(url)
    drivers = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}
    engine = create_engine(found.set(drivername=drivers[found.drivername]))
    with engine.begin() as connection:
        connection.execute(update(snapshots).values({damage: '{"runs": "of another time"}'}))
    engine.dispose()
    async with open_journal() as journal:
        assert await read(journal, session) == (full.state, full.conversation, full.state)
        assert (await Snapshots(journal).view(session)).seq in (0, full.view.seq)
        await Snapshots(journal).write(session)
        assert await read(journal, session) == (full.state, full.conversation, full.state)


async def test_a_new_version_throws_the_old_snapshots_away(
    open_journal: Open, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = session_id(address)
    async with open_journal() as journal:
        await play(journal, address)
        await Snapshots(journal).write(session)
        before = await journal.snapshots.views(session, Seq(10_000), 100)
        monkeypatch.setattr("runtime.journal.snapshots.version", lambda: "another")
        assert await journal.snapshots.reached(session) == 0
        assert await journal.snapshots.lacking(1) == [session]
        await Snapshots(journal).write(session)
        assert await journal.snapshots.views(session, Seq(10_000), 100) == before
        monkeypatch.undo()
        assert await journal.snapshots.reached(session) == 0


async def test_a_conversation_that_is_not_whole_is_folded_anew(
    open_journal: Open, address: Address
) -> None:
    session = session_id(address)
    async with open_journal() as journal:
        full = whole(await play(journal, address))
        snapshot = full.further().snapshot()
        await journal.snapshots.keep(replace(snapshot, session_id=session))
        state, talk = await KeptFolds(journal).read(session)
    assert (state, talk) == (full.state, full.conversation)


async def test_what_drivers_folded_is_bounded_and_forgotten_oldest_first(
    open_journal: Open, said: Said
) -> None:
    addresses = [Address(platform="slack", thread=str(n)) for n in range(3)]
    async with open_journal() as journal:
        for address in addresses:
            await play(journal, address)
        sizes = [(await KeptFolds(journal).read(session_id(a)))[1].size for a in addresses]
        kept = KeptFolds(journal, most=sum(sizes[1:]))
        for address in addresses:
            kept.keep(*await kept.read(session_id(address)))
        assert kept.sessions == [session_id(address) for address in addresses[1:]]
        await journal.tell(addresses[2], [said(99, "one more")])
        state, talk = await kept.read(session_id(addresses[2]))
    assert state.head == talk.head == len(RECORD.read_text().splitlines()) * TIMES + 1
    assert "one more" in repr(talk.messages[-1])


async def test_queries_filter_before_they_limit(open_journal: Open, said: Said) -> None:
    quiet = [
        Address(platform="discord", team="G", channel="c1", thread="waits"),
        Address(platform="slack", team="T1", channel="C1", thread="waits"),
        Address(platform="slack", team="T1", channel="C2", thread="waits"),
    ]
    async with open_journal() as journal:
        for address in quiet:
            await journal.tell(address, [said(1)])
        for n in range(20):
            other = Address(platform="slack", team="T2", channel="C9", thread=str(n))
            await journal.tell(other, [said(1)])
        for asked in (journal.sessions, journal.unfinished):
            assert [row.address for row in await asked(5, Scope("discord"))] == quiet[:1]
            assert [row.address for row in await asked(5, Scope("slack", "T1"))] == [*quiet[:0:-1]]
            assert [row.address for row in await asked(1, Scope("slack", "T1", "C1"))] == [quiet[1]]
            assert len(await asked(5, Scope("slack"))) == 5
            assert await asked(5, Scope("terminal")) == []


async def test_sessions_of_before_the_columns_are_found_by_their_place(
    open_journal: Open, url: str, address: Address, said: Said
) -> None:
    """The migration reads the address of what stands there."""
    async with open_journal() as journal:
        await journal.tell(address, [said(1)])
    found = parsed(url)
    drivers = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}
    engine = create_engine(found.set(drivername=drivers[found.drivername]))
    with engine.begin() as connection:
        for index in ("sessions_place", "sessions_newest"):
            connection.exec_driver_sql(f"DROP INDEX {index}")
        for column in ("platform", "team", "channel"):
            connection.exec_driver_sql(f"ALTER TABLE sessions DROP COLUMN {column}")
        connection.exec_driver_sql("DROP TABLE snapshots")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0002'")
    engine.dispose()
    async with open_journal() as journal:
        for scope in (Scope("slack"), Scope("slack", "T1"), Scope("slack", "T1", "C1")):
            assert [row.address for row in await journal.sessions(9, scope)] == [address]
        assert await journal.sessions(9, Scope("slack", "T2")) == []
