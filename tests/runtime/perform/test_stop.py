"""Stopped in mid-stream: the connection closes, the run is over at once, the next one knows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import pytest
from agent_stage import ANN, BOB, PATIENCE, Stage, call, in_order, is_shell
from model_answers import Answer

from runtime.events import (
    Envelope,
    Event,
    Outcome,
    ResponseChunk,
    ThinkingChunk,
    ToolCallChunk,
    ToolCallFailed,
)
from runtime.ids import SessionId
from runtime.ports import Output
from runtime.testing.sandbox import FakeSandbox


class Stops(FakeSandbox):
    """Counts how often it was told to end everything."""

    def __init__(self) -> None:
        super().__init__()
        self.stops: list[SessionId] = []

    async def stop(self, box: SessionId) -> None:
        self.stops.append(box)
        await super().stop(box)


def stopping(playing: Stage, on: type[Event]) -> Callable[[Envelope], Awaitable[None]]:
    """Stops the run at the first event of this kind."""
    stopped = False

    async def react(envelope: Envelope) -> None:
        nonlocal stopped
        if isinstance(envelope.event, on) and not stopped:
            stopped = True
            assert await playing.runtime.stop(BOB) is None

    return react


@pytest.mark.parametrize("on", [ThinkingChunk, ResponseChunk])
async def test_stopped_while_the_model_speaks(
    stage: partial[Stage], shape: str, on: type[Event]
) -> None:
    sandbox = Stops()
    spoke = on is ResponseChunk
    held = Answer("I begin" if spoke else "", "First I think", hold=asyncio.Event())
    answers = in_order(held, Answer("Yes?"))
    async with stage(answers, shape=shape, sandbox=sandbox) as playing:
        told = await playing.task("Write a book.", react=stopping(playing, on))
        await asyncio.wait_for(playing.server.lost.wait(), PATIENCE)
        again = await playing.task("Are you there?")
    assert (told.end.outcome, told.end.reason) == (Outcome.CANCELLED, "Stopped by Bob.")
    assert told.run.draft is None
    assert [(a.text, a.state) for a in told.run.answers] == [("I begin", "partial")][:spoke]
    assert [(t.text, t.partial) for t in told.run.thoughts] == [("First I think", not spoke)]
    assert sandbox.stops == []
    assert len(playing.server.requests) == 2
    assert again.answer == "Yes?"
    history = str(playing.server.requests[-1].body["messages"])
    assert "Write a book." in history
    assert "cancelled. Stopped by Bob." in history
    assert ("I begin" in history) is spoke, "it knows what it had begun to say"


async def test_stopped_while_a_tool_runs(stage: partial[Stage], shape: str) -> None:
    sandbox = Stops()
    sandbox.on(is_shell, Output("working…\n"), until=asyncio.Event())
    calls = (call("shell", command="sleep 1000"), call("write_file", path="a", content="x"))
    script = [Answer("", calls=calls), Answer("It was stopped.")]
    async with stage(script, shape=shape, sandbox=sandbox) as playing:
        told = await playing.task(react=stopping(playing, ToolCallChunk))
        box = playing.runtime.id
        again = await playing.task("What happened?")
    assert told.end.outcome is Outcome.CANCELLED
    (failed,) = told.of(ToolCallFailed)
    assert (failed.kind, failed.message) == ("stopped", "Stopped by Bob while it ran.")
    assert failed.output == "working…\n", "what people saw of it stays"
    assert sandbox.stops == [box]
    assert sandbox.files(box) == {}
    assert again.answer == "It was stopped."
    history = str(playing.server.requests[-1].body["messages"])
    assert "ERROR (stopped): Stopped by Bob while it ran." in history
    assert "The task ended before this call was made." in history


async def test_stopped_between_the_tries_of_a_busy_server(stage: partial[Stage]) -> None:
    busy = Answer(status=429, error="Slow down.", retry_after="300")
    async with stage([busy]) as playing:
        pause = asyncio.Event()

        async def sleep(seconds: float) -> None:
            playing.clock.waits.append(seconds)
            pause.set()
            await asyncio.get_running_loop().create_future()

        original, playing.clock.direct = playing.clock.direct, sleep
        task = asyncio.create_task(playing.task())
        await asyncio.wait_for(pause.wait(), PATIENCE)
        assert await playing.runtime.stop(ANN) is None
        told = await task
        playing.clock.direct = original
    assert told.end.outcome is Outcome.CANCELLED
    assert len(playing.server.requests) == 1


async def test_a_stop_that_comes_too_late_is_refused(stage: partial[Stage]) -> None:
    async with stage([Answer("Done.")]) as playing:
        told = await playing.task()
        assert await playing.runtime.stop(ANN) == "Nothing is running here."
    assert told.end.outcome is Outcome.DONE


async def test_what_is_said_behind_the_stop_begins_a_new_task(
    stage: partial[Stage], shape: str
) -> None:
    held = Answer("I beg", hold=asyncio.Event())
    stopped = False
    answers = in_order(held, Answer("Something else, then."))
    async with stage(answers, shape=shape) as playing:

        async def react(envelope: Envelope) -> None:
            nonlocal stopped
            if isinstance(envelope.event, ResponseChunk) and not stopped:
                stopped = True
                await playing.runtime.stop(ANN)
                await playing.say("Do something else.")

        told = await playing.task(react=react)
    assert [run.outcome for run in told.view.runs] == [Outcome.CANCELLED, Outcome.DONE]
    assert told.answer == "Something else, then."
    assert "Do something else." in str(playing.server.requests[-1].body["messages"])


async def test_a_sandbox_that_cannot_stop_does_not_keep_the_run(stage: partial[Stage]) -> None:
    sandbox = FakeSandbox()
    sandbox.on(is_shell, Output("…"), until=asyncio.Event())
    script = [Answer("", calls=(call("shell", command="sleep 9"),))]
    async with stage(script, sandbox=sandbox) as playing:

        async def react(envelope: Envelope) -> None:
            if isinstance(envelope.event, ToolCallChunk):
                sandbox.unavailable = "no Docker engine answers"
                await playing.runtime.stop(ANN)

        told = await playing.task(react=react)
    assert told.end.outcome is Outcome.CANCELLED
