"""What fails, fails alone and whole."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from runtime.errors import BodyTooLarge, JournalUnavailable
from runtime.events import MessageReceived, ToolCallComplete
from runtime.facts import Claimed, Fact
from runtime.ids import Address, CallId, Seq, SessionId, WorkerId, session_id
from runtime.journal import SqlJournal
from runtime.ports import Appended, Behind, Known, Refused

Open = Callable[..., AbstractAsyncContextManager[SqlJournal]]
Said = Callable[..., MessageReceived]
Answer = Appended | Known | Refused

ENDLESS = ToolCallComplete(call_id=CallId("c"), output="", seconds=float("inf"))


async def test_an_append_with_one_bad_fact_writes_none(
    open_journal: Open, address: Address, said: Said
) -> None:
    huge = said(9, "x" * 300_000)
    async with open_journal() as journal:
        await journal.tell(address, [said(1)])
        bad: list[tuple[Fact, type[Exception], str]] = [
            (huge, BodyTooLarge, "'message_received' of 3.* bytes does not fit the journal"),
            (ENDLESS, ValueError, "seconds"),  # it could never be read again
            (said(2), ValueError, "one append says the same thing twice"),
        ]
        for fact, error, text in bad:
            with pytest.raises(error, match=text):
                await journal.tell(address, [said(2), fact])
            with pytest.raises(error, match=text):
                await journal.tell(address, lambda _, fact=fact: (said(2), fact))
            with pytest.raises(error, match=text):
                await journal.append(session_id(address), [said(2), fact], expect=Seq(1))
        assert len(await journal.read(session_id(address))) == 1


async def test_a_wake_that_raises_fails_only_its_own_append(
    open_journal: Open, address: Address, said: Said
) -> None:
    broken = Address(platform="slack", thread="broken")

    async def wake(session: SessionId, tx: object) -> None:
        if session == session_id(broken):
            raise ConnectionError("no engine")

    async with open_journal(wake=wake) as journal:
        answers = await asyncio.gather(
            journal.tell(address, [said(1)]),
            journal.tell(broken, [said(1)]),
            journal.tell(address, [said(2)]),
            return_exceptions=True,
        )
        assert await journal.session(session_id(broken)) is None
        assert len(await journal.read(session_id(address))) == 2
    assert [type(answer) for answer in answers] == [Appended, ConnectionError, Appended]


async def test_a_value_that_the_database_refuses_fails_alone(
    open_journal: Open, address: Address, said: Said, url: str
) -> None:
    odd = said(1).model_copy(update={"message_id": "\0"})
    async with open_journal() as journal:
        answers = await asyncio.gather(
            journal.tell(address, [said(1)]),
            journal.tell(address, [odd]),
            journal.tell(address, [said(2)]),
            return_exceptions=True,
        )
        entries = await journal.read(session_id(address))
    assert isinstance(answers[0], Appended)
    assert isinstance(answers[2], Appended)
    if url.startswith("postgresql"):
        assert isinstance(answers[1], ValueError)
        assert "refuses what should be written" in str(answers[1])
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))


async def test_a_cancelled_caller_loses_only_the_answer(
    open_journal: Open, address: Address, said: Said
) -> None:
    reached, released = asyncio.Event(), asyncio.Event()

    async def wake(session: SessionId, tx: object) -> None:
        reached.set()
        await released.wait()

    async with open_journal(wake=wake) as journal:
        first = asyncio.ensure_future(journal.tell(address, [said(1)]))
        await reached.wait()
        second = asyncio.ensure_future(journal.tell(address, [said(2)]))
        third = asyncio.ensure_future(journal.tell(address, [said(3)]))
        await journal.sessions()  # both wait for the writer now
        first.cancel()
        second.cancel()
        released.set()
        assert isinstance(await third, Appended)
        entries = await journal.read(session_id(address))
    assert first.cancelled()
    assert second.cancelled()
    assert [entry.fact for entry in entries] == [said(1), said(2), said(3)]


async def test_a_feed_that_fails_does_not_unwrite_the_append(
    open_journal: Open, address: Address, said: Said
) -> None:
    def published(session: SessionId, entries: object) -> None:
        raise RuntimeError("nobody listens")

    async with open_journal(published=published) as journal:
        assert isinstance(await journal.tell(address, [said(1)]), Appended)
        assert len(await journal.read(session_id(address))) == 1


async def test_nobody_waits_for_a_writer_that_was_cancelled(
    open_journal: Open, address: Address, said: Said
) -> None:
    """A shutdown that is cut short while the engine does not answer."""
    reached = asyncio.Event()

    async def wake(session: SessionId, tx: object) -> None:
        reached.set()
        await asyncio.Event().wait()

    asked: list[asyncio.Task[Answer]] = []
    leaving = asyncio.Event()

    async def serve() -> None:
        async with open_journal(wake=wake) as journal:
            asked.extend(asyncio.ensure_future(journal.tell(address, [said(n)])) for n in (1, 2))
            await reached.wait()
            leaving.set()

    serving = asyncio.ensure_future(serve())
    await leaving.wait()
    await asyncio.sleep(0)  # it waits for the writer now
    serving.cancel()
    await asyncio.wait([serving])
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(answer) for answer in answers] == [JournalUnavailable, JournalUnavailable]
    async with open_journal() as journal:
        assert await journal.read(session_id(address)) == []
        assert isinstance(await journal.tell(address, [said(1)]), Appended)


async def test_a_driver_is_told_what_it_missed_across_artifacts(
    open_journal: Open, address: Address, said: Said
) -> None:
    large = said(2, "x" * 100_000)
    async with open_journal() as journal:
        await journal.tell(address, [said(1)])
        await journal.tell(address, [large])
        claim = [Claimed(worker=WorkerId("w"))]
        answer = await journal.append(session_id(address), claim, expect=Seq(1))
    assert isinstance(answer, Behind)
    assert [entry.fact for entry in answer.entries] == [large]
