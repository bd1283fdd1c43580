"""What an append answers, and what it leaves behind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

import pytest

from runtime.errors import JournalUnavailable
from runtime.events import MessageReceived, Notice, ToolCallComplete
from runtime.facts import Claimed, Entry, Fact
from runtime.ids import Address, CallId, RunId, Seq, SessionId, WorkerId, session_id
from runtime.journal import SqlJournal
from runtime.ports import Appended, Behind, Known

Open = Callable[..., AbstractAsyncContextManager[SqlJournal]]
Said = Callable[..., MessageReceived]

CLAIM = Claimed(worker=WorkerId("w"))
DONE = ToolCallComplete(call_id=CallId("c1"), output="ok")
OTHER = ToolCallComplete(call_id=CallId("c2"), output="ok")


def seqs(entries: Sequence[Entry]) -> list[int]:
    return [entry.seq for entry in entries]


# At head 2, where DONE stands: what is appended, the expected seq, the answer.
CASES: list[tuple[list[Fact], int, type[Appended | Behind | Known]]] = [
    ([CLAIM], 2, Appended),
    ([OTHER, CLAIM], 2, Appended),
    ([CLAIM], 1, Behind),
    ([CLAIM], 0, Behind),
    ([DONE], 2, Known),
    ([DONE], 1, Known),  # Known wins over Behind
    ([CLAIM, OTHER, DONE], 2, Known),  # any key of the list
    ([CLAIM, OTHER, DONE], 0, Known),
    ([OTHER], 1, Behind),
    ([], 2, Appended),
    ([], 1, Behind),
]


async def test_a_drivers_append(open_journal: Open, said: Said) -> None:
    async with open_journal() as journal:
        for number, (facts, expect, answer) in enumerate(CASES):
            address = Address(platform="slack", thread=str(number))
            session = session_id(address)
            await journal.tell(address, [said(1)])
            await journal.append(session, [DONE], expect=Seq(1))
            got = await journal.append(session, facts, expect=Seq(expect))
            entries = await journal.read(session)
            assert type(got) is answer, (facts, expect)
            if isinstance(got, Appended):
                assert [entry.fact for entry in got.entries] == facts
                assert list(got.entries) == entries[2:]
                continue
            assert seqs(entries) == [1, 2]
            assert got == Known(Seq(2)) or got == Behind(tuple(entries[expect:]))


async def test_one_group_answers_like_many_transactions(
    open_journal: Open, address: Address, said: Said
) -> None:
    session = session_id(address)
    async with open_journal() as journal:
        first = await journal.tell(address, [said(1)])
        answers = await asyncio.gather(
            journal.tell(address, [said(2)]),
            journal.tell(address, [said(2)]),
            journal.append(session, [DONE], expect=Seq(2)),
            journal.append(session, [OTHER, DONE], expect=Seq(3)),
            journal.append(session, [DONE], expect=Seq(1)),
            journal.append(session, [OTHER], expect=Seq(1)),
            journal.tell(address, [said(3), said(1)]),
            journal.append(session, [OTHER], expect=Seq(3)),
        )
        entries = await journal.read(session)
    assert isinstance(first, Appended)
    assert [type(answer) for answer in answers] == [
        Appended, Known, Appended, Known, Known, Behind, Known, Appended,
    ]  # fmt: skip
    assert [answer.seq for answer in answers if isinstance(answer, Known)] == [2, 3, 3, 1]
    assert [seqs(answer.entries) for answer in answers if isinstance(answer, Behind)] == [[2, 3]]
    assert seqs(entries) == [1, 2, 3, 4]
    assert len({entry.at for entry in entries[1:]}) == 1  # it was one transaction


async def test_the_first_entry_creates_the_session(
    open_journal: Open, address: Address, said: Said
) -> None:
    async with open_journal() as journal:
        assert await journal.session(session_id(address)) is None
        assert await journal.read(session_id(address)) == []
        with pytest.raises(LookupError, match="its first entry must be told"):
            await journal.append(session_id(address), [CLAIM], expect=Seq(0))
        await journal.tell(address, [said(1)], run_id=RunId("r1"))
        row = await journal.session(session_id(address))
        (entry,) = await journal.read(session_id(address))
    assert row is not None
    assert (row.address, row.head) == (address, 1)
    assert (entry.seq, entry.run_id, entry.fact) == (1, "r1", said(1))


async def test_a_reader_continues_after_what_it_knows(
    open_journal: Open, address: Address, said: Said
) -> None:
    async with open_journal() as journal:
        await journal.tell(address, [said(n) for n in range(5)])
        assert seqs(await journal.read(session_id(address), Seq(3))) == [4, 5]
        assert await journal.read(session_id(address), Seq(5)) == []


async def test_a_head_that_never_was_is_a_bug(
    open_journal: Open, address: Address, said: Said
) -> None:
    async with open_journal() as journal:
        await journal.tell(address, [said(1)])
        with pytest.raises(ValueError, match="ends at 1, so 9 cannot be expected"):
            await journal.append(session_id(address), [CLAIM], expect=Seq(9))


async def test_everything_is_there_after_reopening(
    open_journal: Open, address: Address, said: Said
) -> None:
    async with open_journal() as journal:
        await journal.tell(address, [said(1), said(2)])
        before = await journal.read(session_id(address)), await journal.sessions()
    async with open_journal() as journal:
        assert before == (await journal.read(session_id(address)), await journal.sessions())
        assert await journal.tell(address, [said(2)]) == Known(Seq(2))
        assert isinstance(await journal.tell(address, [said(3)]), Appended)


async def test_feeds_hear_of_it_in_order_and_before_the_caller(
    open_journal: Open, address: Address, said: Said
) -> None:
    heard: list[tuple[SessionId, int]] = []

    def published(session: SessionId, entries: Sequence[Entry]) -> None:
        heard.extend((session, entry.seq) for entry in entries)

    async def tell(number: int) -> None:
        answer = await journal.tell(address, [said(number), Notice(text="so")])
        assert isinstance(answer, Appended)
        assert all((entry.session_id, entry.seq) in heard for entry in answer.entries)

    async with open_journal(published=published) as journal:
        await asyncio.gather(*(tell(n) for n in range(20)))
    assert heard == [(session_id(address), seq) for seq in range(1, 41)]


async def test_what_was_asked_before_the_end_is_written(
    open_journal: Open, address: Address, said: Said
) -> None:
    async with open_journal() as journal:
        asked = [asyncio.ensure_future(journal.tell(address, [said(n)])) for n in range(3)]
        await journal.sessions()
    assert all(isinstance(answer, Appended) for answer in await asyncio.gather(*asked))
    with pytest.raises(JournalUnavailable, match="is closed"):
        await journal.tell(address, [said(4)])
    async with open_journal() as journal:
        assert len(await journal.read(session_id(address))) == 3
