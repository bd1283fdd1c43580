"""What programs that embed Aether use: AetherRuntime and AgentManager."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from core_host import any_command, scripted, shell
from core_live import settle
from core_log import ANN

from runtime import AetherRuntime, AgentManager, get_agent_manager
from runtime.dependencies import Dependencies, Settling, standard_dependencies
from runtime.errors import AetherError, DatabaseBusy
from runtime.events import (
    ApprovalRequired,
    Envelope,
    QuestionAsked,
    ResponseChunk,
    ResponseComplete,
    RunFinished,
    RunStarted,
)
from runtime.ids import Address, GrantId, SessionId, run_id
from runtime.journal import SqlJournal
from runtime.ports import Lock, Sessions
from runtime.testing.model import Line, ScriptedModel
from runtime.testing.sandbox import FakeSandbox


async def all_of(runtime: AetherRuntime, text: str) -> list[Envelope]:
    return [envelope async for envelope in runtime.run_task(text)]


def words(envelopes: list[Envelope]) -> str:
    (done,) = [e.event for e in envelopes if isinstance(e.event, ResponseComplete)]
    return done.text


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def test_a_task_streams_its_events_to_the_end(here: Path) -> None:
    runtime = AetherRuntime(session_id="s", llm=ScriptedModel([Line("hello there")]))
    envelopes = await all_of(runtime, "hi")
    events = [envelope.event for envelope in envelopes]
    assert "".join(e.text for e in events if isinstance(e, ResponseChunk)) == "hello there"
    assert isinstance(events[-1], RunFinished)
    assert {e.run_id for e in envelopes if isinstance(e.event, RunStarted)} == {
        run_id(runtime.id, 1)
    }
    assert (here / ".aether" / "aether.db").exists()


async def test_the_same_name_finds_the_same_session_again(here: Path) -> None:
    model = ScriptedModel([Line("one"), Line("two")])
    assert words(await all_of(AetherRuntime("s", model), "first")) == "one"
    assert words(await all_of(AetherRuntime("s", model), "second")) == "two"
    assert words(await all_of(AetherRuntime("other", model), "third")) == "one"


async def test_gates_and_questions_are_answered_while_the_task_streams(here: Path) -> None:
    sandbox = FakeSandbox()
    sandbox.on(any_command)
    ask = Line(calls=(("ask", {"question": "Sure?"}),))
    model = ScriptedModel([shell("rm -rf x"), ask, Line("done")])
    runtime = AetherRuntime("s", model, sandbox=sandbox)
    async for envelope in runtime.run_task("clean"):
        match envelope.event:
            case ApprovalRequired(approval_id=approval):
                assert await runtime.decide(approval, approve=True) is None
            case QuestionAsked(question_id=question):
                assert await runtime.answer(question, "yes") is None
            case _:
                pass
    assert len(sandbox.effects) == 1


async def test_without_a_sandbox_the_model_is_told_what_is_missing(here: Path) -> None:
    envelopes = await all_of(AetherRuntime("s", ScriptedModel([shell(), Line("no")])), "ls")
    failed = [e.event for e in envelopes if e.event.type == "tool_call_failed"]
    assert "AetherRuntime(sandbox=" in str(failed[0])


async def test_leaving_in_the_middle_leaves_no_task_behind(here: Path) -> None:
    before = asyncio.all_tasks()
    runtime = AetherRuntime("s", ScriptedModel([Line("x" * 50)]))
    stream = runtime.run_task("hi")
    await anext(stream)
    await stream.aclose()
    await settle()
    assert asyncio.all_tasks() == before
    with pytest.raises(AetherError, match="The manager is closed"):
        await runtime.manager.list()


async def test_refusals_come_as_sentences(tmp_path: Path) -> None:
    async with scripted(tmp_path, Line("x")).open() as service:
        runtime = service.runtime
        assert await runtime.stop() == "Nothing is running here."
        assert await runtime.pause() == "Nothing is running here that could be paused."
        assert await runtime.resume() == "Nothing is paused here."
        assert await runtime.revoke(GrantId("g")) == "This permission is not in force."
        nowhere = SessionId("nowhere")
        assert await service.serving.stop(nowhere, ANN, "1") == "There is no session nowhere."
        assert await service.serving.get(nowhere) is None


async def test_a_manager_finds_sessions_by_their_whole_address(tmp_path: Path) -> None:
    service = scripted(tmp_path, Line("x"))
    service.address = Address(platform="slack", team="T", channel="C", thread="1.2")
    async with service.open():
        await service.say("hi")
        await service.ended()
        found = await service.serving.get(service.id)
        assert found is not None
        assert (found.id, found.address) == (service.id, service.address)
        assert [row.session_id for row in await service.serving.list()] == [service.id]


def test_a_manager_serves_again_in_another_event_loop(tmp_path: Path) -> None:
    parts = scripted(tmp_path, Line("one"), Line("two")).parts()
    manager = AgentManager(parts)

    async def once(text: str) -> str:
        async with manager:
            return words(await all_of(AetherRuntime("s", manager=manager), text))

    assert [asyncio.run(once("a")), asyncio.run(once("b"))] == ["one", "two"]


async def test_a_second_manager_is_told_who_serves(tmp_path: Path) -> None:
    parts = scripted(tmp_path, Line("x")).parts()
    async with AgentManager(parts):
        with pytest.raises(DatabaseBusy, match="is served by process"):
            await AgentManager(parts).__aenter__()
    async with AgentManager(parts):
        pass


async def test_an_opening_that_is_cancelled_gives_the_database_back(tmp_path: Path) -> None:
    parts, begun = scripted(tmp_path, Line("x")).parts(), asyncio.Event()

    async def wait_for_ever() -> Dependencies:
        begun.set()
        await asyncio.Event().wait()
        return parts

    @asynccontextmanager
    async def endless(
        journal: SqlJournal, sessions: Sessions, lock: Lock
    ) -> AsyncGenerator[Settling]:
        await wait_for_ever()
        yield Settling({}, lambda session: None)

    for opens in (wait_for_ever, replace(parts, settlers=endless)):
        opening = asyncio.ensure_future(AgentManager(opens).__aenter__())
        await begun.wait()
        begun.clear()
        opening.cancel()
        outcome = await asyncio.gather(opening, return_exceptions=True)
        assert isinstance(outcome[0], asyncio.CancelledError)
    async with AgentManager(parts) as manager:
        assert await manager.list() == []


async def test_a_closed_manager_says_how_to_open_it(tmp_path: Path) -> None:
    manager = AgentManager(scripted(tmp_path, Line("x")).parts())
    with pytest.raises(AetherError, match="inside `async with manager:`"):
        await manager.list()


def test_the_process_has_one_manager() -> None:
    assert get_agent_manager() is get_agent_manager()
    assert isinstance(get_agent_manager(), AgentManager)


async def test_only_enabled_events_reach_a_client(tmp_path: Path) -> None:
    model = ScriptedModel([Line("Hello.")])
    parts = await standard_dependencies(model, data_dir=tmp_path)
    parts = replace(parts, events_enabled=frozenset({"run_started", "response_complete"}))
    async with AgentManager(parts) as manager:
        runtime = manager.open(Address(platform="embedded", thread="quiet"))
        seen = [envelope.event.type for envelope in await all_of(runtime, "Hi")]
    assert seen == ["run_started", "response_complete"]


async def test_two_tasks_at_once_share_one_house(here: Path) -> None:
    runtime = AetherRuntime(session_id="s", llm=ScriptedModel([Line("one"), Line("two")]))
    first, second = await asyncio.gather(all_of(runtime, "a"), all_of(runtime, "b"))
    assert isinstance(first[-1].event, RunFinished)
    assert isinstance(second[-1].event, RunFinished)
    with pytest.raises(AetherError, match="The manager is closed"):
        await runtime.manager.list()
