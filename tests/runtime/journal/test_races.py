"""Two processes on one database: what one has inserted and not committed, the other waits for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from sqlalchemy import Engine, event

from runtime.errors import JournalUnavailable
from runtime.events import MessageReceived
from runtime.facts import Claimed, Parked
from runtime.ids import Address, Seq, SessionId, WorkerId, session_id
from runtime.journal import SqlJournal
from runtime.ports import Appended, Behind

Open = Callable[..., AbstractAsyncContextManager[SqlJournal]]
Said = Callable[..., MessageReceived]


class Door:
    """A wake that holds its transaction open until it is released."""

    def __init__(self) -> None:
        self.closed = False
        self.reached = asyncio.Event()
        self.released = asyncio.Event()

    async def wake(self, session: SessionId, tx: object) -> None:
        if self.closed:
            self.reached.set()
            await self.released.wait()


@asynccontextmanager
async def begun_lock() -> AsyncGenerator[asyncio.Event, None]:
    """Set when a connection is about to wait for the lock that a group begins with."""
    loop, begun = asyncio.get_running_loop(), asyncio.Event()

    def sent(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if statement == "BEGIN IMMEDIATE" or "FOR UPDATE" in statement:
            loop.call_soon_threadsafe(begun.set)

    event.listen(Engine, "before_cursor_execute", sent)
    try:
        yield begun
    finally:
        event.remove(Engine, "before_cursor_execute", sent)


async def test_parking_waits_for_a_click_that_is_not_committed(
    open_journal: Open, address: Address, said: Said
) -> None:
    """The lost wake-up: without the wait, `parked` would clear `awake` over an unseen click."""
    session, context = session_id(address), Door()
    async with open_journal(wake=context.wake) as clicks, open_journal() as driver:
        await clicks.tell(address, [said(1)])
        await driver.append(session, [Claimed(worker=WorkerId("w"))], expect=Seq(1))
        context.closed = True
        click = asyncio.ensure_future(clicks.tell(address, [said(2)]))
        await context.reached.wait()
        async with begun_lock() as begun:
            parked = asyncio.ensure_future(driver.append(session, [Parked()], expect=Seq(2)))
            await begun.wait()
            # Nothing is visible yet, and nothing may be decided yet.
            assert len(await driver.read(session)) == 2
            assert not parked.done()
            context.released.set()
        answer, missed = await click, await parked
        row = await driver.session(session)
    assert isinstance(answer, Appended)
    assert isinstance(missed, Behind)
    assert list(missed.entries) == list(answer.entries)
    assert row is not None
    assert (row.head, row.awake) == (3, True)


async def test_the_wait_is_for_the_transaction_and_not_for_luck(
    open_journal: Open, address: Address, said: Said
) -> None:
    """With less patience than the click has, parking fails instead of passing it."""
    session, context = session_id(address), Door()
    async with open_journal(wake=context.wake) as clicks, open_journal(patience=0.05) as driver:
        await clicks.tell(address, [said(1)])
        context.closed = True
        click = asyncio.ensure_future(clicks.tell(address, [said(2)]))
        await context.reached.wait()
        with pytest.raises(JournalUnavailable, match="another program holds it locked"):
            await driver.append(session, [Parked()], expect=Seq(1))
        context.released.set()
        await click
        assert isinstance(await driver.append(session, [Parked()], expect=Seq(1)), Behind)
        assert isinstance(await driver.append(session, [Parked()], expect=Seq(2)), Appended)


async def test_two_processes_create_the_same_sessions(open_journal: Open, said: Said) -> None:
    """In opposite orders: nobody waits in a circle, and no entry is lost."""
    addresses = [Address(platform="slack", thread=str(n)) for n in range(30)]
    async with open_journal() as one, open_journal() as two:
        answers = await asyncio.gather(
            *(one.tell(address, [said(1)]) for address in addresses),
            *(two.tell(address, [said(2)]) for address in reversed(addresses)),
        )
        entries = [await one.read(session_id(address)) for address in addresses]
    assert all(isinstance(answer, Appended) for answer in answers)
    assert all([entry.seq for entry in found] == [1, 2] for found in entries)
    assert all(said(n) in [entry.fact for entry in found] for found in entries for n in (1, 2))


async def test_a_key_that_another_process_wrote_is_known(
    open_journal: Open, address: Address, said: Said
) -> None:
    async with open_journal() as one, open_journal() as two:
        await one.tell(address, [said(1)])
        answers = await asyncio.gather(*(j.tell(address, [said(2)]) for j in (one, two) * 10))
        assert sum(isinstance(answer, Appended) for answer in answers) == 1
        assert len(await two.read(session_id(address))) == 2
