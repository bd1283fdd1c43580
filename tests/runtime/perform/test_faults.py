"""Faults around the agent: a sandbox that is not there, or breaks; a tool that has a bug."""

from __future__ import annotations

from collections.abc import AsyncGenerator, MutableMapping
from functools import partial
from typing import Any

import pytest
from agent_stage import Stage, call, in_order, is_shell
from model_answers import Answer

from runtime.errors import CallGone, SandboxUnavailable
from runtime.events import Outcome, ToolCallChunk, ToolCallFailed, ToolCallStart
from runtime.ids import CallId, SessionId
from runtime.ports import Command, Exited, Output, Prepared, SandboxSpec
from runtime.testing.sandbox import FakeSandbox

CALLING = Answer("", calls=(call("shell", command="ls"), call("write_file", path="a", content="")))


async def test_without_an_engine_the_tools_refuse_and_the_run_ends_with_words(
    stage: partial[Stage], shape: str
) -> None:
    playing = stage(in_order(CALLING, Answer("I could not run anything.")), shape=shape)
    playing.fake.unavailable = "no Docker engine answers: install or start Docker"
    async with playing:
        told = await playing.task()
    assert told.answer == "I could not run anything."
    assert {failed.kind for failed in told.of(ToolCallFailed)} == {"unavailable"}
    assert "install or start Docker" in str(playing.server.requests[1].body["messages"])


class Broken(FakeSandbox):
    """A sandbox with a fault that nobody foresaw."""

    async def prepare(self, box: SessionId, spec: SandboxSpec) -> Prepared:
        raise PermissionError(13, "Permission denied", "/srv/workspaces")


async def test_a_fault_in_warming_up_ends_no_session(
    stage: partial[Stage], logs: list[MutableMapping[str, Any]]
) -> None:
    async with stage(in_order(Answer("Hello."), Answer("Again.")), sandbox=Broken()) as playing:
        first = await playing.task()
        second = await playing.task()
    assert (first.answer, second.answer) == ("Hello.", "Again.")
    assert [entry["event"] for entry in logs].count("sandbox.warm_failed") == 2


class Cut(FakeSandbox):
    """The engine's socket is cut `times` times in mid-call."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def _check(self) -> None:
        if self.times and self.effects:
            self.times -= 1
            raise SandboxUnavailable("The engine was cut.")
        super()._check()


@pytest.mark.parametrize("times", [1, 3])
async def test_an_engine_that_comes_back_is_taken_up_again(
    stage: partial[Stage], times: int
) -> None:
    sandbox = Cut(times)
    sandbox.on(is_shell, Output("ok"))
    running = Answer("", calls=(call("shell", command="ls"), call("list_files")))
    async with stage(in_order(running, Answer("Ran.")), sandbox=sandbox) as playing:
        told = await playing.task()
    assert told.end.outcome is Outcome.DONE
    assert len(told.of(ToolCallStart)) == 2
    assert set(sandbox.effects.values()) == {1}


class CutInMidCall(FakeSandbox):
    """The engine's socket is cut after the first line; the call goes on without a listener."""

    async def run(
        self, box: SessionId, call: CallId, command: Command
    ) -> AsyncGenerator[Output | Exited]:
        async for item in super().run(box, call, command):
            yield item
            raise SandboxUnavailable("The engine was cut.")


async def test_output_that_comes_again_after_a_cut_is_shown_once(stage: partial[Stage]) -> None:
    sandbox = CutInMidCall()
    sandbox.on(is_shell, Output("one\n"), Output("two\n"))
    running = Answer("", calls=(call("shell", command="ls"),))
    async with stage(in_order(running, Answer("Ran.")), sandbox=sandbox) as playing:
        told = await playing.task()
    assert "".join(chunk.text for chunk in told.of(ToolCallChunk)) == "one\ntwo\n"


class Doomed(FakeSandbox):
    """Every container ends under the call that it runs."""

    async def run(
        self, box: SessionId, call: CallId, command: Command
    ) -> AsyncGenerator[Output | Exited]:
        raise CallGone("the container ended")
        yield


async def test_a_harmless_call_that_loses_every_container_is_given_up(
    stage: partial[Stage],
) -> None:
    searching = Answer("", calls=(call("search_files", pattern="x"),))
    async with stage(in_order(searching, Answer("No luck.")), sandbox=Doomed()) as playing:
        told = await playing.task()
    assert [start.attempt for start in told.of(ToolCallStart)] == [1, 2, 3]
    assert [failed.kind for failed in told.of(ToolCallFailed)] == ["unknown_outcome"]
    assert told.answer == "No luck."


async def test_a_tool_that_raises_what_it_should_not_is_a_failed_call(
    stage: partial[Stage], shape: str
) -> None:
    playing = stage(in_order(CALLING, Answer("It has a bug.")), shape=shape)  # no script for `ls`
    async with playing:
        told = await playing.task()
    assert told.answer == "It has a bug."
    assert told.run.calls[0].failure == "failed"
