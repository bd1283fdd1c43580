"""What was posted where."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from runtime.events import MessageReceived
from runtime.ids import Address, session_id
from runtime.journal import SqlJournal

Open = Callable[..., AbstractAsyncContextManager[SqlJournal]]
Said = Callable[..., MessageReceived]


async def test_an_intent_then_a_reference(open_journal: Open, address: Address, said: Said) -> None:
    session = session_id(address)
    async with open_journal() as journal:
        refs = journal.refs
        await journal.tell(address, [said(1)])
        assert await refs.lookup(session, "card") is None
        await refs.intend(session, "card")
        first = await refs.lookup(session, "card")
        await refs.intend(session, "answer")
        await refs.intend(session, "card")  # the first word stands
        assert first is not None
        assert first.ref is None
        assert await refs.lookup(session, "card") == first
        await refs.record(session, "card", {"channel": "C1", "ts": "1.2"})
        await refs.record(session, "card", {"channel": "C1", "ts": "1.3"})
        await refs.record(session, "place", ["C1", 7, None])  # without an intent
        await refs.intend(session, "card")
    async with open_journal() as journal:
        found = await journal.refs.all(session)
        head = await journal.session(session)
    assert [(posting.key, posting.ref) for posting in found] == [
        ("card", {"channel": "C1", "ts": "1.3"}),
        ("answer", None),
        ("place", ["C1", 7, None]),
    ]
    assert found[0].intended_at == first.intended_at
    assert head is not None
    assert head.head == 1


async def test_many_at_once(open_journal: Open, address: Address, said: Said) -> None:
    session = session_id(address)
    async with open_journal() as journal:
        await journal.tell(address, [said(1)])
        await asyncio.gather(
            *(journal.refs.intend(session, f"file{n % 5}") for n in range(20)),
            *(journal.refs.record(session, f"file{n}", n) for n in range(5)),
        )
        found = await journal.refs.all(session)
    assert [(posting.key, posting.ref) for posting in found] == [(f"file{n}", n) for n in range(5)]


async def test_a_reference_of_nowhere_fails_alone(
    open_journal: Open, address: Address, said: Said
) -> None:
    session = session_id(address)
    async with open_journal() as journal:
        await journal.tell(address, [said(1)])
        good, bad = await asyncio.gather(
            journal.refs.intend(session, "card"),
            journal.refs.intend(session_id(Address(platform="web", thread="?")), "card"),
            return_exceptions=True,
        )
        assert good is None
        assert isinstance(bad, LookupError)
        with pytest.raises(LookupError, match="has no journal"):
            await journal.settled(session_id(Address(platform="web", thread="?")), 1)  # pyright: ignore[reportArgumentType] -- a plain number will do
        assert len(await journal.refs.all(session)) == 1
