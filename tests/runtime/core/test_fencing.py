"""A driver that another one overtook learns it at its next step; no effect without a record."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from core_host import House, any_command, only, scripted, shell
from core_log import ANN, PROFILE, said

from runtime.clock import SystemClock
from runtime.decide import inbox
from runtime.errors import Fenced
from runtime.events import Notice, Outcome, RunFinished
from runtime.facts import Parked
from runtime.ids import Address, SessionId, WorkerId, session_id
from runtime.journal import FileArtifacts, SqlJournal
from runtime.live.hub import Hub
from runtime.live.kept import KeptFolds
from runtime.perform.segment import Segment
from runtime.ports import Output, Prepared, SandboxSpec
from runtime.profile import always
from runtime.profiles import Profiles
from runtime.testing.model import Line
from runtime.testing.sandbox import FakeSandbox

HERE = Address(platform="embedded", thread="t")
SESSION = session_id(HERE)

STEPS: dict[str, Callable[[Segment], Awaitable[object]]] = {
    "a decision": lambda segment: segment.record((Notice(text="decided"),)),
    "a result": lambda segment: segment.result((Notice(text="done"),)),
    "the end": lambda segment: segment.record((Parked(until=None),)),
    "a look": lambda segment: segment.refresh(),
}


@asynccontextmanager
async def journal_of(folder: Path) -> AsyncGenerator[SqlJournal]:
    async def wake(session: SessionId, tx: object) -> None: ...

    opening = SqlJournal.open(
        f"sqlite:///{folder}/journal.db",
        clock=SystemClock(),
        artifacts=FileArtifacts(folder / "artifacts"),
        wake=wake,
        published=lambda session, entries: None,
    )
    async with opening as journal:
        await journal.tell(HERE, (said(),))
        yield journal


async def claimed(journal: SqlJournal, worker: str) -> Segment:
    clock = SystemClock()
    segment = Segment(
        HERE, *await KeptFolds(journal).read(SESSION), journal=journal, hub=Hub(clock), clock=clock,
        profiles=Profiles(always(PROFILE), FileArtifacts(Path())),
    )  # fmt: skip
    assert await segment.claim(WorkerId(worker), segment.state.head)
    return segment


@pytest.mark.parametrize("step", STEPS)
async def test_who_was_overtaken_is_fenced_at_its_next_step(tmp_path: Path, step: str) -> None:
    async with journal_of(tmp_path) as journal:
        old = await claimed(journal, "old")
        new = await claimed(journal, "new")
        before = await journal.read(SESSION)
        with pytest.raises(Fenced):
            await STEPS[step](old)
        assert await journal.read(SESSION) == before, "the old one wrote on"
        assert await new.record((Parked(until=None),)), "the new one goes on"


async def test_words_of_people_fence_nobody(tmp_path: Path) -> None:
    async with journal_of(tmp_path) as journal:
        segment = await claimed(journal, "only")
        await journal.tell(HERE, (said("and this", message_id="2"),))
        assert not await segment.record((Parked(until=None),)), "it must be decided again"
        assert await segment.record((Parked(until=None),))


async def test_a_claim_stands_at_the_head_that_was_looked_at(tmp_path: Path) -> None:
    async with journal_of(tmp_path) as journal:
        segment = await claimed(journal, "first")
        await journal.tell(HERE, (said("and this", message_id="2"),))
        head = segment.state.head
        assert not await segment.claim(WorkerId("again"), head)
        assert await segment.claim(WorkerId("again"), segment.state.head)


async def test_a_call_whose_start_was_not_recorded_does_not_run(tmp_path: Path) -> None:
    service = scripted(tmp_path, shell(), Line("never"))
    service.sandbox = stops_first(service)
    service.sandbox.on(any_command, Output("out"))
    async with service.open():
        await service.say("work")
        facts = await service.until(lambda f: f[-1].type == "run_finished", pace=1.0)
        assert service.sandbox.effects == {}
        assert only(facts, RunFinished).outcome is Outcome.CANCELLED
        assert "tool_call_start" not in await service.tags()


def stops_first(service: House) -> FakeSandbox:
    """Ann's stop is on record when the container is ready, before the call's start is."""

    class Ready(FakeSandbox):
        async def prepare(self, box: SessionId, spec: SandboxSpec) -> Prepared:
            if "model_turn" in await service.tags():
                await service.serving.service.journal.tell(service.address, inbox.stop(ANN, "stop"))
            return await super().prepare(box, spec)

    return Ready()
