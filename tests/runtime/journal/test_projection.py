"""The row of a session is a fold of its entries, whatever the order and the grouping."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runtime.events import MessageReceived, Notice, Outcome, RunFinished
from runtime.facts import Claimed, Entry, Fact, Parked, is_shown
from runtime.ids import Address, Seq, WorkerId, session_id
from runtime.journal import SqlJournal
from runtime.ports import Appended, SessionRow

Open = Callable[..., AbstractAsyncContextManager[SqlJournal]]
Said = Callable[..., MessageReceived]

CLAIM = Claimed(worker=WorkerId("w"))
NOTICE = Notice(text="so")
FINISHED = RunFinished(outcome=Outcome.DONE)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def test_only_the_end_of_a_segment_lets_a_session_sleep(
    open_journal: Open, address: Address, said: Said
) -> None:
    session = session_id(address)
    later = NOON + timedelta(hours=1)
    steps: list[tuple[list[Fact], bool, datetime | None]] = [
        ([CLAIM], True, None),
        ([Parked(until=later), NOTICE], True, None),  # not the last fact
        ([NOTICE, Parked(until=later)], False, later),
        ([CLAIM], False, later),
        ([Parked()], False, None),
        ([Parked(until=later)], False, later),
        ([CLAIM, FINISHED], False, None),
    ]
    async with open_journal() as journal:
        await journal.tell(address, [said(1)])
        head = 1
        for facts, awake, due_at in steps:
            await journal.append(session, facts, expect=Seq(head))
            head += len(facts)
            row = await journal.session(session)
            assert row is not None
            assert (row.head, row.awake, row.due_at) == (head, awake, due_at)
        await journal.tell(address, [Parked(until=later)])  # the inbox always wakes
        row = await journal.session(session)
    assert row is not None
    assert (row.awake, row.due_at) == (True, None)


async def test_what_people_see_must_be_settled(
    open_journal: Open, address: Address, said: Said
) -> None:
    session = session_id(address)
    async with open_journal() as journal:
        await journal.tell(address, [said(1), NOTICE, CLAIM])
        await journal.append(session, [Parked()], expect=Seq(3))
        row = await journal.session(session)
        assert row is not None
        assert (row.shown_seq, row.settled_seq) == (2, 0)
        for seq, settled in ((1, 1), (4, 4), (2, 4), (99, 4)):
            await journal.settled(session, Seq(seq))
            row = await journal.session(session)
            assert row is not None
            assert row.settled_seq == settled


async def test_platforms_without_a_settler_settle_in_the_append(
    open_journal: Open, said: Said
) -> None:
    addresses = [Address(platform=name, thread="1") for name in ("slack", "terminal")]
    async with open_journal(settled_in_append=frozenset({"terminal"})) as journal:
        for address in addresses:
            await journal.tell(address, [said(1)])
            await journal.append(session_id(address), [NOTICE, Parked()], expect=Seq(1))
        rows = {row.address.platform: row for row in await journal.sessions()}
        open_work = await journal.open_work(NOON)
    assert (rows["slack"].settled_seq, rows["terminal"].settled_seq) == (0, 2)
    assert open_work == [session_id(addresses[0])]


async def test_open_work_is_awake_unsettled_or_due(open_journal: Open) -> None:
    def thread(name: str) -> Address:
        return Address(platform="terminal", thread=name)

    async def park(name: str, until: datetime | None, *, platform: str = "terminal") -> None:
        address = Address(platform=platform, thread=name)
        await journal.tell(address, [NOTICE])
        await journal.append(session_id(address), [Parked(until=until)], expect=Seq(1))

    async with open_journal(settled_in_append=frozenset({"terminal"})) as journal:
        assert await journal.open_work(NOON) == []
        assert await journal.next_due() is None
        await journal.tell(thread("awake"), [NOTICE])
        await park("unsettled", None, platform="slack")
        await park("asleep", None)
        await park("due", NOON)
        await park("later", NOON + timedelta(microseconds=1))
        found = await journal.open_work(NOON)
        assert await journal.next_due() == NOON
        assert len(await journal.open_work(NOON + timedelta(microseconds=1))) == 4
    unsettled = session_id(Address(platform="slack", thread="unsettled"))
    assert set(found) == {session_id(thread("awake")), session_id(thread("due")), unsettled}


async def test_sessions_come_newest_first(open_journal: Open) -> None:
    addresses = [Address(platform="slack", thread=str(n)) for n in range(4)]
    async with open_journal() as journal:
        for address in (*addresses, addresses[1]):
            await journal.tell(address, [NOTICE])
        rows = await journal.sessions(limit=3)
    assert [row.address for row in rows] == [addresses[1], addresses[3], addresses[2]]
    assert all(row.updated_at.tzinfo is UTC for row in rows)


# --- any sequence of appends ---------------------------------------------------------------------

FACTS = st.lists(
    st.sampled_from([CLAIM, NOTICE, FINISHED, Parked(), Parked(until=NOON)])
    | st.integers(0, 5).map(
        lambda n: MessageReceived.model_validate(
            {"actor": {"id": "U1"}, "text": "hi", "message_id": str(n)}
        )
    ),
    max_size=3,
)
STEP = st.tuples(st.sampled_from(["tell", "append", "settled"]), st.integers(0, 1), FACTS)
GROUPS = st.lists(st.lists(STEP, min_size=1, max_size=5), max_size=5)
COUNT = itertools.count()


def projected(
    row: SessionRow, entries: Sequence[Entry], inbox: set[int], ends: set[int]
) -> SessionRow:
    """What the row must be, by reading the entries from the first to the last. `inbox` were told,
    `ends` are the last ones of drivers' appends."""
    awake, due_at = False, None
    for entry in entries:
        if entry.seq in inbox:
            awake = True
        elif entry.seq in ends and isinstance(entry.fact, Parked | RunFinished):
            awake = False
            due_at = entry.fact.until if isinstance(entry.fact, Parked) else None
    return SessionRow(
        session_id=row.session_id,
        address=row.address,
        head=entries[-1].seq,
        shown_seq=max((e.seq for e in entries if is_shown(e.fact)), default=Seq(0)),
        settled_seq=row.settled_seq,
        awake=awake,
        due_at=due_at,
        updated_at=entries[-1].at,
    )


class Pair:
    """Two fresh sessions, and what their journals must hold by the answers that came."""

    def __init__(self, journal: SqlJournal) -> None:
        self.journal = journal
        self.addresses = [Address(platform="slack", thread=f"{next(COUNT)}") for _ in range(2)]
        self.heads = [0, 0]
        self.inbox: list[set[int]] = [set(), set()]
        self.ends: list[set[int]] = [set(), set()]

    def ask(self, kind: str, which: int, facts: list[Fact]) -> Awaitable[Any]:
        session, head = session_id(self.addresses[which]), Seq(self.heads[which])
        match kind:
            case "tell":
                return self.journal.tell(self.addresses[which], facts)
            case "append":
                return self.journal.append(session, facts, expect=head)
            case _:
                return self.journal.settled(session, head)

    def note(self, kind: str, which: int, answer: object) -> None:
        assert not isinstance(answer, BaseException) or self.heads[which] == 0
        if not isinstance(answer, Appended) or not answer.entries:
            return
        seqs = [entry.seq for entry in answer.entries]
        assert seqs == list(range(self.heads[which] + 1, self.heads[which] + 1 + len(seqs)))
        self.heads[which] = seqs[-1]
        if kind == "tell":
            self.inbox[which] |= set(seqs)
        else:
            self.ends[which].add(seqs[-1])

    async def check(self, which: int) -> None:
        row = await self.journal.session(session_id(self.addresses[which]))
        entries = await self.journal.read(session_id(self.addresses[which]))
        assert [entry.seq for entry in entries] == list(range(1, self.heads[which] + 1))
        if row is None:
            assert entries == []
        else:
            assert row == projected(row, entries, self.inbox[which], self.ends[which])
            assert row.settled_seq <= row.head


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(groups=GROUPS)
async def test_the_row_is_a_fold_of_the_entries(
    open_journal: Open, groups: list[list[tuple[str, int, list[Fact]]]]
) -> None:
    async with open_journal() as journal:
        pair = Pair(journal)
        for group in groups:
            # The facts of one append must not repeat a key.
            asked = [(k, w, f) for k, w, f in group if len(f) == len({str(x) for x in f})]
            answers = await asyncio.gather(
                *(pair.ask(*step) for step in asked), return_exceptions=True
            )
            for (kind, which, _), answer in zip(asked, answers, strict=True):
                pair.note(kind, which, answer)
        await pair.check(0)
        await pair.check(1)
