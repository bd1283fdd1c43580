"""The lost wake-up, forced: a click commits after the driver decided to park, before it does."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from crash_points import FatalJournal, Fate
from crash_reference import did

from runtime.approvals import Duration
from runtime.decide import inbox
from runtime.dependencies import Dependencies, OneModel
from runtime.driver_pool import driver_of
from runtime.engine import LocalEngine
from runtime.events import ApprovalReceived, MessageReceived, RunFinished
from runtime.facts import Claimed, Fact, Parked
from runtime.folds.fold import fold
from runtime.ids import Actor, Address, RunId, Seq, SessionId, session_id
from runtime.journal import FileArtifacts, SqlJournal
from runtime.live.hub import Hub
from runtime.ports import Appended, Behind, Journal, Known
from runtime.profile import Profile, always
from runtime.testing.clock import START, ManualClock
from runtime.testing.model import Line, ScriptedModel
from runtime.testing.sandbox import FakeSandbox

pytestmark = pytest.mark.crash

ROOM = Address(platform="embedded", thread="1")
ANN = Actor(id="ann")


class Clicked(FatalJournal):
    """A click on the open gate commits right before a park is appended."""

    async def append(
        self,
        session: SessionId,
        facts: Sequence[Fact],
        *,
        run_id: RunId | None = None,
        expect: Seq,
    ) -> Appended | Behind | Known:
        if not isinstance(facts[0], Parked):
            return await self.inner.append(session, facts, run_id=run_id, expect=expect)
        await click(self.inner)
        answer = await self.inner.append(session, facts, run_id=run_id, expect=expect)
        assert isinstance(answer, Behind), "the park closed over a click"
        assert isinstance(answer.entries[-1].fact, ApprovalReceived)
        return answer


async def click(journal: Journal) -> None:
    run = fold(session_id(ROOM), await journal.read(session_id(ROOM))).run
    assert run is not None
    vote = inbox.vote(
        run.gates[0].approval_id, ANN, approve=True, duration=Duration.ONCE, now=START
    )
    assert isinstance(await journal.tell(ROOM, vote), Appended)


async def test_on_sqlite(tmp_path: Path) -> None:
    await one_drive_is_enough(f"sqlite:///{tmp_path / 'a.db'}", tmp_path)


@pytest.mark.postgres
async def test_on_postgres(tmp_path: Path, postgres_database: str) -> None:
    await one_drive_is_enough(postgres_database, tmp_path)


async def one_drive_is_enough(url: str, folder: Path) -> None:
    """No engine runs and no time passes: what this one drive does not see is lost."""
    clock = ManualClock()
    hub, engine, artifacts = Hub(clock), LocalEngine(clock), FileArtifacts(folder / "artifacts")
    sandbox = FakeSandbox()
    opening = SqlJournal.open(
        url, clock=clock, artifacts=artifacts, wake=engine.wake, published=hub.published
    )
    async with asyncio.timeout(60), opening as sql, asyncio.TaskGroup() as tasks:
        journal = Clicked(sql, Fate(None), lambda seq: None)
        driver = driver_of(
            dependencies(url, folder, sandbox), journal, hub, engine, artifacts, tasks, {}
        )
        await sql.tell(ROOM, (MessageReceived(actor=ANN, text="Go", message_id="1"),))
        await driver.drive(session_id(ROOM))
        facts = [entry.fact for entry in await sql.read(session_id(ROOM))]
    assert isinstance(facts[-1], RunFinished)
    assert sum(isinstance(fact, Claimed) for fact in facts) == 1
    assert not any(isinstance(fact, Parked) for fact in facts)
    assert list(sandbox.effects.values()) == [1]


def dependencies(url: str, folder: Path, sandbox: FakeSandbox) -> Dependencies:
    sandbox.answer(lambda _: True, did)
    line = Line(calls=(("shell", {"command": "rm -rf build"}),))
    return Dependencies(
        database_url=url,
        data_dir=folder,
        models=OneModel(ScriptedModel((line, Line(text="Done.")))),
        sandbox=sandbox,
        profile_for=always(Profile(model="scripted", tools=("shell",))),
        clock=ManualClock(),
    )
