"""Sessions with a task that is not over are found however old they are."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from runtime.approvals import Mode
from runtime.events import MessageReceived, Outcome, RunFinished, RunStarted
from runtime.facts import Claimed, Fact, Parked
from runtime.ids import Actor, Address, RunId, Seq, WorkerId, run_id, session_id
from runtime.journal import SqlJournal

Open = Callable[..., AbstractAsyncContextManager[SqlJournal]]
Said = Callable[..., MessageReceived]

CLAIM = Claimed(worker=WorkerId("w"))
FINISHED = RunFinished(outcome=Outcome.DONE)


async def test_the_open_tasks_are_found_and_nothing_else(open_journal: Open, said: Said) -> None:
    async def play(journal: SqlJournal, name: str, *facts: Fact) -> RunId:
        """Somebody speaks, and a driver appends the facts one by one inside the first task."""
        address = Address(platform="slack", thread=name)
        await journal.tell(address, [said(1)])
        session = session_id(address)
        run = run_id(session, 1)
        for head, fact in enumerate(facts, start=1):
            await journal.append(session, [fact], run_id=run, expect=Seq(head))
        return run

    started = RunStarted(
        run_id=RunId("r"), title="t", requester=Actor(id="U1"), model="m", mode=Mode.SEMI
    )
    async with open_journal() as journal:
        await play(journal, "waits", CLAIM, started, Parked())
        await play(journal, "over", CLAIM, started, FINISHED)
        await play(journal, "begins")
        idle = Address(platform="slack", thread="idle")
        await journal.tell(idle, [said(1)])
        await journal.append(session_id(idle), [CLAIM, Parked()], expect=Seq(1))
        found = [row.address.thread for row in await journal.unfinished()]
        newest = [row.address.thread for row in await journal.unfinished(limit=1)]
    assert found == ["begins", "waits"]
    assert newest == ["begins"]
