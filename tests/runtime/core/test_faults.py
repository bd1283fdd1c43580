"""The driver when models, tools, containers and processes fail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from pathlib import Path

import pytest
from core_host import House, answer, any_command, only, scripted, shell

from runtime.errors import ModelBroken, ModelBusy, ModelError, ModelRefused, SandboxUnavailable
from runtime.events import (
    Notice,
    Outcome,
    ResponseComplete,
    ToolCallComplete,
    ToolCallFailed,
    ToolCallStart,
)
from runtime.facts import Claimed
from runtime.ids import CallId, SessionId
from runtime.ports import Command, Exited, Message, Output, Prepared, SandboxSpec, ViewFeed
from runtime.testing.model import Line, Reply
from runtime.testing.sandbox import FakeSandbox
from runtime.view import RunView


def failing(*lines: Line) -> Reply:
    """One line after the other for the same place of the conversation."""
    left = list(lines)

    def reply(messages: Sequence[Message]) -> Line:
        return left.pop(0) if len(left) > 1 else left[0]

    return reply


def broken(text: str = "") -> Line:
    return Line(text, fails=ModelBroken("The connection was cut."))


async def finished(feed: ViewFeed) -> RunView:
    """The task as it is shown when it is over."""
    while (run := feed.view.run) is None or run.outcome is None:
        await feed.changed()
    return run


async def test_a_busy_model_is_given_the_time_that_it_names(tmp_path: Path) -> None:
    busy = Line(fails=ModelBusy("Too many requests.", retry_after=7.0))
    service = scripted(tmp_path, failing(busy, Line("ok")))
    begin = service.clock.now()
    async with service.open():
        await service.say("go")
        facts = await service.until(lambda f: f[-1].type == "run_finished", pace=0.5)
        assert answer(facts) == "ok"
        assert (service.clock.now() - begin).total_seconds() >= 7
        assert len(service.model.asked) == 2


async def test_text_of_a_broken_stream_is_replaced_not_doubled(tmp_path: Path) -> None:
    service = scripted(tmp_path, failing(broken("x" * 400), Line("exact " * 80)))
    async with service.open():
        feed = await service.serving.sessions.view(service.id)
        await service.say("go")
        facts = await service.until(lambda f: f[-1].type == "run_finished", pace=0.5)
        assert only(facts, ResponseComplete).text == "exact " * 80
        assert only(facts, Notice).level == "warning"
        run = await finished(feed)
        assert [(a.text, a.state) for a in run.answers] == [("exact " * 80, "final")]
        await feed.aclose()


async def test_a_broken_stream_leaves_nothing_when_a_call_follows(tmp_path: Path) -> None:
    service = scripted(tmp_path, failing(broken("x" * 400), shell()), Line("end"))
    service.sandbox.on(any_command)
    async with service.open():
        feed = await service.serving.sessions.view(service.id)
        await service.say("go")
        await service.until(lambda f: f[-1].type == "run_finished", pace=0.5)
        run = await finished(feed)
        assert [(a.text, a.state) for a in run.answers] == [("end", "final")]
        await feed.aclose()


@pytest.mark.parametrize(
    ("error", "asked"),
    [(ModelRefused("The model refused the key: set it."), 1), (ModelBroken("Cut."), 5)],
)
async def test_a_model_that_fails_for_good_fails_the_run_in_words(
    tmp_path: Path, error: ModelError, asked: int
) -> None:
    async with scripted(tmp_path, Line("half", fails=error)).open() as service:
        await service.say("go")
        await service.until(lambda f: f[-1].type == "run_finished", pace=1)
        finished = await service.ended()
        assert (finished.outcome, finished.reason) == (Outcome.FAILED, str(error))
        assert len(service.model.asked) == asked


async def test_an_empty_turn_is_asked_for_again(tmp_path: Path) -> None:
    async with scripted(tmp_path, failing(Line(" \n"), Line("words"))).open() as service:
        await service.say("go")
        facts = await service.until(lambda f: f[-1].type == "run_finished", pace=0.5)
        assert answer(facts) == "words"


@pytest.mark.parametrize(
    ("tool", "kind", "words"),
    [
        ("teleport", "unknown_tool", "There is no tool 'teleport'"),
        ("shell", "invalid", "command: required, but not given"),
    ],
)
async def test_a_call_that_makes_no_sense_goes_back_to_the_model(
    tmp_path: Path, tool: str, kind: str, words: str
) -> None:
    call = (tool, {"nothing": "ls"})
    async with scripted(tmp_path, Line(calls=(call,)), Line("sorry")).open() as service:
        await service.say("go")
        assert (await service.ended()).outcome is Outcome.DONE
        failed = only(await service.facts(), ToolCallFailed)
        assert failed.kind == kind
        assert words in failed.message
        assert "tool_call_start" not in await service.tags()


async def test_without_a_sandbox_a_tool_refuses_and_the_run_goes_on(tmp_path: Path) -> None:
    service = scripted(tmp_path, shell(), Line("I cannot run commands here."))
    service.sandbox.unavailable = "Docker is not running: start it."
    async with service.open():
        await service.say("go")
        assert (await service.ended()).outcome is Outcome.DONE
        failed = only(await service.facts(), ToolCallFailed)
        assert (failed.kind, failed.message) == ("unavailable", "Docker is not running: start it.")


class Cut(FakeSandbox):
    """The stream breaks once, and attaching fails once more; the call itself goes on."""

    breaks = 2

    async def run(
        self, box: SessionId, call: CallId, command: Command
    ) -> AsyncGenerator[Output | Exited, None]:
        async with aclosing(super().run(box, call, command)) as items:
            async for item in items:
                yield item
                self.cut()

    async def attach(self, box: SessionId, call: CallId) -> AsyncGenerator[Output | Exited, None]:
        self.cut()
        async with aclosing(super().attach(box, call)) as items:
            async for item in items:
                yield item

    def cut(self) -> None:
        if self.breaks:
            self.breaks -= 1
            raise SandboxUnavailable("The engine does not answer.")


async def test_a_cut_engine_is_reached_again_in_the_middle_of_a_call(tmp_path: Path) -> None:
    service = scripted(tmp_path, shell(), Line("done"), sandbox=Cut())
    service.sandbox.on(any_command, Output("first "), Output("rest"))
    async with service.open():
        await service.say("go")
        await service.until(lambda f: f[-1].type == "run_finished", pace=0.5)
        assert only(await service.facts(), ToolCallComplete).output == "first rest"
        assert list(service.sandbox.effects.values()) == [1]


async def test_a_new_process_takes_up_the_call_of_the_old_one(tmp_path: Path) -> None:
    service, go = scripted(tmp_path, shell(), Line("done")), asyncio.Event()
    service.sandbox.on(any_command, Output("out"), until=go)
    async with service.open():
        await service.say("go")
        await service.has("tool_call_start")
        await service.wait_for(lambda: bool(service.sandbox.effects))
    go.set()
    async with service.open():
        await service.ended()
        assert only(await service.facts(), ToolCallComplete).output == "out"
        assert list(service.sandbox.effects.values()) == [1]
        assert len([f for f in await service.facts() if isinstance(f, Claimed)]) == 2


async def test_a_call_whose_container_is_gone_is_not_run_twice(tmp_path: Path) -> None:
    service = scripted(tmp_path, shell(), Line("I look first."))
    service.sandbox.on(any_command, until=asyncio.Event())
    async with service.open():
        await service.say("go")
        await service.has("tool_call_start")
        await service.wait_for(lambda: bool(service.sandbox.effects))
    await service.sandbox.remove(service.id)
    async with service.open():
        await service.ended()
        assert only(await service.facts(), ToolCallFailed).kind == "unknown_outcome"
        assert list(service.sandbox.effects.values()) == [1]
        assert only(await service.facts(), ToolCallStart).attempt == 1


class Bug(FakeSandbox):
    """A tool with a bug of ours, while the session `broken` is there."""

    broken: SessionId | None = None

    async def prepare(self, box: SessionId, spec: SandboxSpec) -> Prepared:
        if box == self.broken:
            raise RuntimeError("a bug")
        return await super().prepare(box, spec)


async def test_a_bug_ends_its_run_in_words_and_no_other_session(tmp_path: Path) -> None:
    service = scripted(tmp_path, shell(), Line("done"), sandbox=(sandbox := Bug()))
    sandbox.on(any_command)
    sandbox.broken = service.id
    async with service.open():
        other = House(tmp_path, service.model, manager=service.manager, changed=service.changed)
        other.address = service.address.model_copy(update={"thread": "other"})
        await service.say("go")
        await other.say("go")
        await service.until(lambda f: f[-1].type == "run_finished", pace=0.5)
        assert (await other.ended()).outcome is Outcome.DONE
        finished = await service.ended()
        assert finished.outcome is Outcome.FAILED
        assert "operator's log" in finished.reason
