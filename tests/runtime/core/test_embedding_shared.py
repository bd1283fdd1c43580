"""Objects of one program share a data folder, and whoever leaves gives everything back."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest

from runtime import AetherRuntime, AgentManager
from runtime.dependencies import standard_dependencies
from runtime.errors import DatabaseBusy
from runtime.events import Envelope, ResponseComplete
from runtime.ports import SessionRow
from runtime.testing.model import Line, ScriptedModel


async def all_of(runtime: AetherRuntime, text: str) -> list[Envelope]:
    return [envelope async for envelope in runtime.run_task(text)]


def words(envelopes: list[Envelope]) -> str:
    (done,) = [e.event for e in envelopes if isinstance(e.event, ResponseComplete)]
    return done.text


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def test_two_sessions_in_one_folder_each_with_its_own_model(tmp_path: Path) -> None:
    names = [f"visitor {n}" for n in range(6)]
    runtimes = [
        AetherRuntime(name, ScriptedModel([Line(f"I am {name}")]), data_dir=tmp_path / "kept")
        for name in names
    ]
    told = await asyncio.gather(*(all_of(runtime, "hi") for runtime in runtimes))
    assert [words(envelopes) for envelopes in told] == [f"I am {name}" for name in names]
    assert {envelope.session_id for envelope in told[0]} == {runtimes[0].id}
    assert (tmp_path / "kept" / "aether.db").exists()


async def test_objects_at_the_same_time_and_one_after_another(here: Path) -> None:
    """The folder is the same however it is written, and closes behind the last one only."""
    model = ScriptedModel([Line("one"), Line("two")])
    first = AetherRuntime("a", model, data_dir=here / "x" / ".." / "kept").run_task("hi")
    await anext(first)
    assert words(await all_of(AetherRuntime("b", model, data_dir="kept"), "hi")) == "one"
    assert [e async for e in first][-1].event.type == "run_finished"
    async with AgentManager(await standard_dependencies(model, data_dir=here / "kept")):
        pass  # the lock was given back
    assert words(await all_of(AetherRuntime("b", model, data_dir="kept"), "again")) == "two"


async def break_off(runtime: AetherRuntime) -> None:
    async for _ in runtime.run_task("hi"):
        break


async def drop(runtime: AetherRuntime) -> None:
    await anext(runtime.run_task("hi"))
    gc.collect()


async def fail(runtime: AetherRuntime) -> None:
    with suppress(ZeroDivisionError):
        async for _ in runtime.run_task("hi"):
            raise ZeroDivisionError


async def cancel(runtime: AetherRuntime) -> None:
    begun = asyncio.Event()

    async def listen() -> None:
        async for _ in runtime.run_task("hi"):
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(listen())
    await begun.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def cancel_at_once(runtime: AetherRuntime) -> None:
    for steps in range(12):
        task = asyncio.create_task(all_of(runtime, "hi"))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize("leave", [break_off, drop, fail, cancel, cancel_at_once])
async def test_leaving_early_gives_everything_back(
    here: Path, leave: Callable[[AetherRuntime], Awaitable[None]]
) -> None:
    before = asyncio.all_tasks()
    await leave(AetherRuntime("left", ScriptedModel([Line("one")])))
    async with asyncio.timeout(30):
        assert words(await all_of(AetherRuntime("next", ScriptedModel([Line("x")])), "hi")) == "x"
        while asyncio.all_tasks() != before:
            await asyncio.wait(asyncio.all_tasks() - before, timeout=1)
    async with AgentManager(await standard_dependencies(ScriptedModel([Line("y")]))):
        pass  # the lock was given back


async def test_one_visitor_leaves_and_the_others_go_on(here: Path) -> None:
    staying = AetherRuntime("stays", ScriptedModel([Line("still here")])).run_task("hi")
    await anext(staying)
    await break_off(AetherRuntime("leaves", ScriptedModel([Line("bye")])))
    assert words([e async for e in staying]) == "still here"


def test_the_same_object_in_another_event_loop(here: Path) -> None:
    runtime = AetherRuntime("s", ScriptedModel([Line("one"), Line("two")]))
    told = [asyncio.run(all_of(runtime, "hi")) for _ in range(2)]
    assert [words(envelopes) for envelopes in told] == ["one", "two"]


async def test_a_folder_that_another_program_serves_is_refused_to_all(here: Path) -> None:
    model = ScriptedModel([Line("x")])
    async with AgentManager(await standard_dependencies(model)):
        runtimes = [AetherRuntime(name, model) for name in ("a", "b")]
        told = await asyncio.gather(*(all_of(r, "hi") for r in runtimes), return_exceptions=True)
    assert [type(error) for error in told] == [DatabaseBusy, DatabaseBusy]
    assert words(await all_of(runtimes[0], "hi")) == "x"


async def test_managers_of_new_folders_open_at_once(tmp_path: Path) -> None:
    async def open_and_list(n: int) -> list[SessionRow]:
        parts = await standard_dependencies(ScriptedModel([Line("x")]), data_dir=tmp_path / str(n))
        async with AgentManager(parts) as manager:
            return await manager.list()

    assert await asyncio.gather(*(open_and_list(n) for n in range(8))) == [[]] * 8
