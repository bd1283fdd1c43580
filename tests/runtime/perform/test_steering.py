"""Words that come while the task runs: the model reads them in its next request, in order."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from agent_stage import ANN, BOB, Stage, call, in_order, is_shell
from model_answers import Answer
from model_server import Received

from runtime.events import (
    ApprovalRequired,
    Envelope,
    MessageReceived,
    Notice,
    Outcome,
    ResponseChunk,
    ToolCallChunk,
    ToolCallStart,
)
from runtime.facts import ModelTurn
from runtime.ports import Output


def spoken(received: Received) -> list[str]:
    """Role and beginning of everything in the request, in order; results by their role."""
    told: list[str] = []
    for message in received.body["messages"]:
        content: str | list[dict[str, Any]] | None = message["content"]
        if isinstance(content, str):
            told.append(f"{message['role']}: {content[:40]}")
            continue
        told += [f"{b['type']}: {str(b.get('text') or '')[:40]}" for b in content or ()]
    return told


async def test_said_while_the_model_speaks_counts_from_the_next_request(
    stage: partial[Stage], shape: str
) -> None:
    hold = asyncio.Event()
    answers = in_order(
        Answer("I look.", calls=(call("list_files"),), hold=hold), Answer("Blue it is.")
    )
    async with stage(answers, shape=shape) as playing:

        async def react(envelope: Envelope) -> None:
            if isinstance(envelope.event, ResponseChunk) and not hold.is_set():
                await playing.say("Paint it blue.", actor=BOB)
                hold.set()

        told = await playing.task("Paint it red.", react=react)
        first, second = await playing.facts(ModelTurn)
    assert told.answer == "Blue it is."
    said = [entry.seq for entry in told.envelopes if isinstance(entry.event, MessageReceived)]
    assert first.seen < said[1] <= second.seen
    assert "[Bob]: Paint it blue." not in str(spoken(playing.server.requests[0]))
    last = spoken(playing.server.requests[1])
    assert "[Bob]: Paint it blue." in last[-1]
    assert any("tool" in line for line in last[-2:-1]), "results come before words"
    assert len(told.view.runs) == 1


async def test_said_while_a_tool_runs_stands_behind_its_result(
    stage: partial[Stage], shape: str
) -> None:
    going = asyncio.Event()
    calls = (call("shell", command="make"), call("list_files"))
    playing = stage(in_order(Answer("", calls=calls), Answer("Right.")), shape=shape)
    playing.fake.on(is_shell, Output("making…\n"), until=going)
    async with playing:

        async def react(envelope: Envelope) -> None:
            if isinstance(envelope.event, ToolCallChunk):
                await playing.say("First.", actor=BOB)
                await playing.say("Second.", actor=ANN)
                going.set()

        told = await playing.task(react=react)
    assert told.end.outcome is Outcome.DONE
    assert [c.status for c in told.run.calls] == ["done", "done"]
    assert [line[-15:] for line in spoken(playing.server.requests[1])[-2:]] == [
        ": [Bob]: First.", " [Ann]: Second."
    ]  # fmt: skip


async def test_said_while_the_answer_streams_begins_the_next_task(
    stage: partial[Stage], shape: str
) -> None:
    hold = asyncio.Event()
    answers = in_order(Answer("The first answer.", hold=hold), Answer("The second answer."))
    async with stage(answers, shape=shape) as playing:

        async def react(envelope: Envelope) -> None:
            if isinstance(envelope.event, ResponseChunk) and not hold.is_set():
                await playing.say("One more thing.")
                hold.set()

        told = await playing.task(react=react)
    assert [run.answers[-1].text for run in told.view.runs] == [
        "The first answer.", "The second answer."
    ]  # fmt: skip
    assert "One more thing." in spoken(playing.server.requests[1])[-1]
    assert len(playing.server.requests) == 2


async def test_said_between_two_tries_is_in_the_next_one(stage: partial[Stage]) -> None:
    busy = Answer(status=429, error="Slow down.")
    async with stage(in_order(busy, busy, Answer("Good."))) as playing:
        rush = playing.clock.direct

        async def sleep(seconds: float) -> None:
            await playing.say(f"after {seconds:g}")
            await rush(seconds)

        playing.clock.direct = sleep
        told = await playing.task()
    assert [len(spoken(request)) for request in playing.server.requests] == [2, 3, 4]
    assert len(told.of(Notice)) == 2
    assert len(told.view.runs) == 1


async def test_said_while_a_gate_is_open_waits_for_it(stage: partial[Stage], shape: str) -> None:
    deleting = Answer("", calls=(call("shell", command="rm -rf old"),))
    async with stage(in_order(deleting, Answer("I leave it.")), shape=shape) as playing:

        async def react(envelope: Envelope) -> None:
            if isinstance(envelope.event, ApprovalRequired):
                await playing.say("Better not!", actor=BOB)
                gate = envelope.event.approval_id
                assert await playing.runtime.decide(gate, approve=False, actor=ANN) is None

        told = await playing.task(react=react)
    assert told.answer == "I leave it."
    assert not told.of(ToolCallStart)
    last = spoken(playing.server.requests[1])
    assert "Better not!" in last[-1]
    assert "Denied by Ann" in str(playing.server.requests[1].body["messages"])


async def test_talk_aside_reaches_no_request(stage: partial[Stage]) -> None:
    async with stage(in_order(Answer("One."), Answer("Two."))) as playing:
        await playing.task("First.")
        aside = MessageReceived(actor=BOB, text="psst", message_id="m", aside=True)
        await playing.manager.sessions.tell(playing.runtime.address, (aside,))
        told = await playing.task("Second.")
    assert "psst" not in str(playing.server.requests[-1].body)
    assert told.answer == "Two."
