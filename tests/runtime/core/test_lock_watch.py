"""Who cannot prove that it serves its database alone does nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from core_engine import A, Desk, serving
from core_host import House, any_command, scripted, shell
from core_live import settle

from runtime.driver import Driver
from runtime.driver_pool import driver_of
from runtime.engine import FENCED, SWEEP, LocalEngine
from runtime.errors import DatabaseBusy, Fenced, LockLost
from runtime.ids import Seq, SessionId
from runtime.journal import FileArtifacts, exclusive
from runtime.live.hub import Hub
from runtime.lock_watch import LOOK
from runtime.ports import Lock, Output, SessionRow
from runtime.testing.model import Line


async def test_a_halt_ends_every_segment_and_begins_none() -> None:
    router, cancelled = Desk(), list[SessionId]()

    async def hangs(session: SessionId) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.append(session)

    router.does = hangs
    async with serving(router) as engine:
        await engine.wake(A)
        await settle()
        engine.halt()
        await settle()
        assert cancelled == [A]
        await engine.wake(A)
        await router.pass_time(2 * SWEEP)
        assert router.names == [A]
        engine.resume()
        await settle()
        assert router.names == [A, A]


async def test_a_fenced_session_is_left_to_the_one_who_claimed_it() -> None:
    """Awake it is, so every sweep finds it; and longer each time, or two would take it from each
    other for ever."""
    router = Desk()

    async def fenced(session: SessionId) -> None:
        router.open.add(session)
        raise Fenced("another driver claimed it")

    router.does = fenced
    async with serving(router) as engine:
        await engine.wake(A)
        await settle()
        await router.pass_time(8 * FENCED)
        assert router.times == [0.0, FENCED, 3 * FENCED, 7 * FENCED]


async def test_who_was_replaced_stops_at_once_and_ends(tmp_path: Path) -> None:
    service = scripted(tmp_path, shell(), Line("never"))
    service.sandbox.on(any_command, Output("out"), until=asyncio.Event())
    with pytest.raises(BaseExceptionGroup) as ended:
        await replaced(service)
    assert ended.group_contains(DatabaseBusy, match="the new one")


async def replaced(service: House) -> None:
    url = f"sqlite:///{service.folder / 'aether.db'}"
    async with service.open():
        await service.say("work")
        await service.has("tool_call_start")
        (service.folder / "aether.db.lock").unlink()
        async with exclusive(url, "the new one"):
            service.clock.advance(LOOK)
            with pytest.raises(BaseExceptionGroup):
                await service.serving.served()


@dataclass
class Lost:
    """Implements ports.Lock: it holds for so many proofs."""

    holds: int = 0

    async def prove(self) -> None:
        self.holds -= 1
        if self.holds < 0:
            raise LockLost("the lock is lost")


@asynccontextmanager
async def driver_beside(service: House, lock: Lock | None = None) -> AsyncGenerator[Driver]:
    """Another process on the same database, as far as its journal tells."""
    there = service.serving.service
    there.engine.halt()
    artifacts = FileArtifacts(service.folder / "artifacts")
    async with asyncio.TaskGroup() as tasks:
        yield driver_of(
            service.parts(), there.journal, Hub(service.clock), LocalEngine(service.clock),
            artifacts, tasks, {}, lock, )  # fmt: skip


async def test_who_lost_the_lock_claims_nothing(tmp_path: Path) -> None:
    async with (
        scripted(tmp_path, Line("never")).open() as service,
        driver_beside(service) as driver,
    ):
        await service.say("work")
        with pytest.raises(LockLost):
            await replace(driver, lock=Lost()).drive(service.id)
        assert await service.tags() == ["message_received"]


async def test_who_lost_the_lock_while_it_worked_settles_nothing(tmp_path: Path) -> None:
    settled = list[SessionId]()

    class Settling:
        async def settle(self, session: SessionId) -> Seq:
            settled.append(session)
            return Seq(0)

    async with scripted(tmp_path, Line("done")).open() as service, driver_beside(service) as driver:
        await service.say("work")
        settlers = {service.address.platform: Settling()}
        with pytest.raises(LockLost):
            await replace(driver, lock=Lost(1), settlers=settlers).drive(service.id)
        assert (await service.tags())[-1] == "run_finished"
        assert not settled


async def test_what_another_process_did_meanwhile_is_not_begun_again(tmp_path: Path) -> None:
    """A process that was stopped between its look at a session and its claim."""
    async with scripted(tmp_path, Line("done")).open() as service:
        await service.say("work")
        await service.ended()
        journal = service.serving.service.journal
        asked, real, before = list[SessionId](), journal.session, await service.tags()

        async def stale(session: SessionId) -> SessionRow | None:
            asked.append(session)
            row = await real(session)
            return replace(row, awake=len(asked) == 1) if row else None

        async with driver_beside(service) as driver:
            journal.session = stale  # what it saw before it was stopped
            await driver.drive(service.id)
        assert await service.tags() == before
