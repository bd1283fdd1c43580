"""Guards judge at the head that is written at."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import UTC, datetime

import pytest

from runtime.approvals import Risk, Rule, Subject
from runtime.errors import IllegalEvent
from runtime.events import (
    ApprovalReceived,
    ApprovalRequired,
    MessageReceived,
    Notice,
    ResponseComplete,
    RunStarted,
)
from runtime.facts import Claimed, Fact, VoteCast
from runtime.folds.fold import fold
from runtime.folds.state import RunState
from runtime.ids import Actor, Address, ApprovalId, CallId, RunId, Seq, WorkerId, session_id
from runtime.journal import SqlJournal
from runtime.ports import Appended, Guard, Known, Refused

Open = Callable[..., AbstractAsyncContextManager[SqlJournal]]
Said = Callable[..., MessageReceived]

ADA = Actor(id="U1", name="Ada")


def gate(name: str, votes: int = 1) -> ApprovalRequired:
    return ApprovalRequired(
        approval_id=ApprovalId(name),
        call_id=CallId(f"call-{name}"),
        tool="shell",
        operation="rm -rf build",
        risk=Risk.HIGH,
        why="",
        rule=Rule(anyone=True, votes=2 if votes == 2 else 1),
        subject=Subject(),
        digest="",
        expires_at=datetime(2030, 1, 1, tzinfo=UTC),
    )


async def begin(journal: SqlJournal, address: Address, *gates: ApprovalRequired) -> None:
    """A session whose run waits at these gates."""
    started = RunStarted(run_id=RunId("r"), title="", requester=ADA)
    await journal.tell(address, [Notice(text="hello"), started, *gates])


def vote(name: str, voter: str) -> Guard:
    """Decides the gate with the vote that completes its rule."""
    approval, actor = ApprovalId(name), Actor(id=voter)

    def judge(state: RunState) -> Sequence[Fact] | Refused:
        open_gate = state.gate(approval)
        if open_gate is None:
            return Refused("It is decided.")
        cast = VoteCast(approval_id=approval, actor=actor, approve=True)
        if len(open_gate.approvers) + 1 < open_gate.rule.votes:
            return (cast,)
        return (cast, ApprovalReceived(approval_id=approval, approved=True, actors=(actor,)))

    return judge


async def test_two_voters_never_both_see_one_vote(open_journal: Open, address: Address) -> None:
    async with open_journal() as journal:
        await begin(journal, address, gate("g", votes=2))
        answers = await asyncio.gather(
            *(journal.tell(address, vote("g", voter)) for voter in ("U2", "U2", "U3", "U4"))
        )
    assert [type(answer) for answer in answers] == [Appended, Known, Appended, Refused]
    facts = [e.fact.type for a in answers if isinstance(a, Appended) for e in a.entries]
    assert facts == ["vote_cast", "vote_cast", "approval_received"]


async def test_of_2000_racing_clicks_one_wins_each_gate(open_journal: Open) -> None:
    """From two journals on one database, as from two processes."""
    addresses = [Address(platform="slack", thread=str(n)) for n in range(10)]
    names = ["one", "two", "three", "four"]
    async with AsyncExitStack() as stack:
        doors = [await stack.enter_async_context(open_journal(patience=60.0)) for _ in range(2)]
        for address in addresses:
            await begin(doors[0], address, *map(gate, names))
        clicks = [
            doors[n % 2].tell(address, vote(name, f"U{n}"))
            for n in range(50)
            for name in names
            for address in addresses
        ]
        answers = await asyncio.gather(*clicks)
        journals = [await doors[0].read(session_id(address)) for address in addresses]
    assert len(answers) == 2_000
    assert sum(isinstance(answer, Appended) for answer in answers) == 40
    assert sum(isinstance(answer, Refused) for answer in answers) == 1_960
    for address, entries in zip(addresses, journals, strict=True):
        assert [entry.seq for entry in entries] == list(range(1, 15))
        run = fold(session_id(address), entries).run
        assert run is not None
        assert run.gates == ()


async def test_a_guard_sees_what_another_process_wrote(
    open_journal: Open, address: Address
) -> None:
    heads: list[int] = []

    def look(state: RunState) -> Sequence[Fact]:
        heads.append(state.head)
        return (Notice(text="seen"),)

    async with open_journal() as one, open_journal() as two:
        await one.tell(address, look)
        await one.tell(address, look)
        await two.tell(address, [Notice(text="a"), Notice(text="b")])
        await one.append(session_id(address), [Claimed(worker=WorkerId("w"))], expect=Seq(4))
        await one.tell(address, look)
        await two.tell(address, look)
        await one.tell(address, look)
    assert heads == [0, 1, 5, 6, 7]


async def test_a_refusal_writes_nothing_and_creates_nothing(
    open_journal: Open, address: Address, said: Said
) -> None:
    other = Address(platform="slack", thread="other")
    woken: list[str] = []

    async def wake(session: str, tx: object) -> None:
        woken.append(session)

    async with open_journal(wake=wake) as journal:
        assert await journal.tell(address, lambda _: Refused("no")) == Refused("no")
        assert await journal.tell(address, lambda _: ()) == Appended(())
        refused, _ = await asyncio.gather(
            journal.tell(address, lambda _: Refused("no")), journal.tell(other, [said(1)])
        )
        assert refused == Refused("no")
        assert [row.address for row in await journal.sessions()] == [other]
    assert woken == [session_id(other)]


async def test_a_guard_that_raises_fails_alone(
    open_journal: Open, address: Address, said: Said
) -> None:
    def broken(state: RunState) -> Sequence[Fact]:
        raise ZeroDivisionError

    async with open_journal() as journal:
        first, second, third, fourth = await asyncio.gather(
            journal.tell(address, [said(1)]),
            journal.tell(address, broken),
            journal.tell(address, lambda state: (said(state.head + 1),)),
            journal.tell(address, [said(3)]),
            return_exceptions=True,
        )
        entries = await journal.read(session_id(address))
    assert isinstance(second, ZeroDivisionError)
    assert all(isinstance(answer, Appended) for answer in (first, third, fourth))
    assert [entry.fact for entry in entries] == [said(1), said(2), said(3)]


async def test_a_guard_cannot_write_what_cannot_be_folded(
    open_journal: Open, address: Address
) -> None:
    async with open_journal() as journal:
        await journal.tell(address, [Notice(text="hello")])
        with pytest.raises(IllegalEvent):
            await journal.tell(address, lambda _: (ResponseComplete(turn=1, text="?"),))
        assert len(await journal.read(session_id(address))) == 1
        assert isinstance(await journal.tell(address, lambda _: (Notice(text="!"),)), Appended)
