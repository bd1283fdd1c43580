"""The manager closes in mid-run and another one opens the same database: the task goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from functools import partial

from agent_stage import ANN, BOB, PATIENCE, Stage, call, in_order, is_shell
from model_answers import Answer

from runtime.events import (
    ApprovalRequired,
    Event,
    Outcome,
    QuestionAsked,
    ResponseChunk,
    ResponseStart,
    RunFinished,
    ThinkingStart,
    ToolCallChunk,
    ToolCallComplete,
    ToolCallStart,
)
from runtime.facts import Claimed, ModelTurn
from runtime.ports import Exited, Output
from runtime.testing.settler import seen

WRITE = Answer("", "I write.", (call("write_file", path="a.txt", content="A"),))
LONG = "A long beginning of an answer that breaks off in the middle. " * 6


async def heard(playing: Stage, wanted: Callable[[Event], bool]) -> None:
    """Listen, from the beginning of the thread, until the first event that is wanted."""
    async with asyncio.timeout(PATIENCE), aclosing(playing.listen()) as envelopes:
        async for envelope in envelopes:
            if wanted(envelope.event):
                return


async def until(playing: Stage, kind: type[Event]) -> None:
    """Say something, and close the manager at the first event of this kind."""
    await playing.say("Go.")
    await heard(playing, lambda event: isinstance(event, kind))
    await playing.close()


async def ended(playing: Stage) -> None:
    """Open again where it is closed, and wait for the end of the task."""
    if not playing.serving:
        await playing.open()
    await heard(playing, lambda event: isinstance(event, RunFinished))


async def test_a_turn_in_flight_is_asked_again(stage: partial[Stage], shape: str) -> None:
    held = Answer(LONG, "First I think.", hold=asyncio.Event())
    answers = in_order(WRITE, held, Answer("All done.", "Now I know."))
    async with stage(answers, shape=shape) as playing:
        await until(playing, ResponseStart)
        await asyncio.wait_for(playing.server.lost.wait(), PATIENCE)
        await ended(playing)
        view = seen(playing.runtime.id, await playing.entries())
        starts = await playing.facts(ThinkingStart)
        turns = await playing.facts(ModelTurn)
        claims = await playing.facts(Claimed)
        box = playing.runtime.id
    (run,) = view.runs
    assert (run.outcome, [a.text for a in run.answers]) == (Outcome.DONE, ["All done."])
    assert [(start.turn, start.attempt) for start in starts] == [(1, 1), (2, 1), (2, 2)]
    assert [(turn.turn, turn.attempt) for turn in turns] == [(1, 1), (2, 2)]
    assert [(t.turn, t.attempt) for t in run.thoughts] == [(1, 1), (2, 2)]
    assert playing.fake.effects == {f"write {box} a.txt": 1}
    assert len(claims) == 2
    again, before = playing.server.requests[2].body, playing.server.requests[1].body
    assert again["messages"] == before["messages"]


async def test_a_running_tool_is_attached_to_not_run_again(
    stage: partial[Stage], shape: str
) -> None:
    going = asyncio.Event()
    building = Answer("", calls=(call("shell", command="make"),))
    playing = stage(in_order(building, Answer("Built.")), shape=shape)
    playing.fake.on(is_shell, Output("making…\n"), Exited(0, "exit", 2.0), until=going)
    async with playing:
        await until(playing, ToolCallChunk)
        going.set()
        await ended(playing)
        (done,) = await playing.facts(ToolCallComplete)
        starts = await playing.facts(ToolCallStart)
    assert (done.output, done.exit_code) == ("making…\n", 0)
    assert len(starts) == 1
    assert list(playing.fake.effects.values()) == [1]


async def test_a_tool_whose_container_is_gone_is_unknown_to_the_model(
    stage: partial[Stage], shape: str
) -> None:
    building = Answer("", calls=(call("shell", command="make"),))
    playing = stage(in_order(building, Answer("I do not know.")), shape=shape)
    playing.fake.on(is_shell, Output("making…\n"), until=asyncio.Event())
    async with playing:
        await until(playing, ToolCallChunk)
        await playing.fake.remove(playing.box)
        await ended(playing)
        view = seen(playing.runtime.id, await playing.entries())
    assert [c.failure for c in view.runs[0].calls] == ["unknown_outcome"]
    assert "Outcome unknown" in str(playing.server.requests[1].body["messages"])
    assert view.runs[0].outcome is Outcome.DONE


async def test_an_open_gate_can_be_decided_after_the_restart(
    stage: partial[Stage], shape: str
) -> None:
    deleting = Answer("", calls=(call("shell", command="rm -rf old"),))
    playing = stage(in_order(deleting, Answer("Deleted.")), shape=shape)
    playing.fake.on(is_shell, Output(""))
    async with playing:
        await until(playing, ApprovalRequired)
        await playing.open()
        (gate,) = await playing.facts(ApprovalRequired)
        assert await playing.runtime.decide(gate.approval_id, approve=True, actor=ANN) is None
        await playing.close()
        await ended(playing)
        view = seen(playing.runtime.id, await playing.entries())
    assert view.runs[0].answers[-1].text == "Deleted."
    assert list(playing.fake.effects.values()) == [1]


async def test_a_gate_expires_while_nobody_serves(stage: partial[Stage]) -> None:
    deleting = Answer("", calls=(call("shell", command="rm -rf old"),))
    async with stage(in_order(deleting, Answer("Not decided in time."))) as playing:
        await until(playing, ApprovalRequired)
        playing.clock.advance(100_000)
        await ended(playing)
        view = seen(playing.runtime.id, await playing.entries())
    assert view.runs[0].gates[0].decided == "expired"
    assert "timed out" in str(playing.server.requests[1].body["messages"])
    assert playing.fake.effects == {}


async def test_a_question_of_the_model_waits_over_a_restart(
    stage: partial[Stage], shape: str
) -> None:
    asking = Answer("", calls=(call("ask", question="Which colour?", options=["red", "blue"]),))
    async with stage(in_order(asking, Answer("Green it is.")), shape=shape) as playing:
        await until(playing, QuestionAsked)
        await playing.open()
        (asked,) = await playing.facts(QuestionAsked)
        assert await playing.runtime.answer(asked.question_id, "green", BOB) is None
        await playing.close()
        await ended(playing)
    assert "green" in str(playing.server.requests[1].body["messages"][-1])


async def test_every_restart_in_a_turn_counts_as_an_attempt(stage: partial[Stage]) -> None:
    held = [Answer("I beg", "Hm.", hold=asyncio.Event()) for _ in range(3)]
    async with stage(in_order(*held, Answer("There."))) as playing:
        await playing.say("Go.")
        for attempt in (1, 2, 3):
            await heard(playing, lambda e, n=attempt: getattr(e, "attempt", 0) == n)
            await playing.close()
            await playing.open()
        await ended(playing)
        (turn,) = await playing.facts(ModelTurn)
    assert turn.attempt == 4
    assert len(playing.server.requests) == 4


async def test_said_while_nobody_serves_is_taken_up(stage: partial[Stage]) -> None:
    held = Answer("I beg", hold=asyncio.Event())
    async with stage(in_order(held, Answer("Blue."))) as playing:
        await until(playing, ResponseChunk)
        await playing.open()
        await playing.say("Blue, please.")
        await playing.close()
        await ended(playing)
        view = seen(playing.runtime.id, await playing.entries())
    assert view.runs[0].answers[-1].text == "Blue."
    assert "Blue, please." in str(playing.server.requests[-1].body["messages"])
