"""What a turn leaves open is told to the model once; then the task ends with what there is."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest
from agent_stage import Stage, in_order
from model_answers import Answer, ToolCall
from model_server import Received

from runtime.events import Outcome, ToolCallStart
from runtime.ports import Output


def call(tool: str, **arguments: Any) -> ToolCall:
    return ToolCall(f"call_{tool}", tool, json.dumps(arguments))


def steps(*status: str) -> ToolCall:
    return call("plan", steps=[{"title": f"step {n}", "status": s} for n, s in enumerate(status)])


LIST = call("list_files")
NUDGED = [
    (
        "plan",
        [
            Answer(calls=(steps("active", "pending"),)),
            Answer("Half of it is done. I'll now do the rest."),
        ],
        "step 0; step 1",
    ),
    ("announcement", [Answer("I will now create the file.")], "did nothing"),
    ("call", [Answer('{"name": "fly", "arguments": {}}')], "tool call as text"),
    ("empty", [Answer(calls=(LIST,)), Answer()], "Your turn was empty"),
]


def last_words(playing: Stage) -> str:
    return json.dumps(playing.server.requests[-1].body)


@pytest.mark.parametrize(("kind", "before", "words"), NUDGED, ids=[row[0] for row in NUDGED])
async def test_what_is_left_open_is_told_once(
    stage: partial[Stage], shape: str, kind: str, before: list[Answer], words: str
) -> None:
    answers = iter([*before, Answer("That is all.")])
    async with stage(in_order(*answers), shape=shape) as playing:
        told = await playing.task()
        assert words in last_words(playing)
    assert (told.end.outcome, told.answer) == (Outcome.DONE, "That is all.")
    assert len(playing.server.requests) == len(before) + 1


async def test_a_call_then_nothing_for_ever_ends_with_what_there_is(
    stage: partial[Stage], shape: str
) -> None:
    def answer(received: Received) -> Answer:
        return Answer("I look.", calls=(LIST,)) if received.turn == 0 else Answer()

    async with stage(answer, shape=shape) as playing:
        told = await playing.task()
    assert (told.end.outcome, told.answer) == (Outcome.DONE, "I look.")
    assert "without a word" in told.run.remarks[-1].text
    assert len(playing.server.requests) == 3


async def test_a_call_as_text_is_never_an_answer(stage: partial[Stage], shape: str) -> None:
    text = '```json\n{"name": "fly", "arguments": {}}\n```'
    async with stage([Answer(text)], shape=shape) as playing:
        told = await playing.task()
    assert told.end.outcome is Outcome.FAILED
    assert "as text" in told.end.reason
    assert len(playing.server.requests) == 2


async def test_a_call_as_text_is_made(stage: partial[Stage], shape: str) -> None:
    text = '{"name": "write_file", "arguments": {"path": "a.txt", "content": "A"}}'
    answers = iter([Answer(text), Answer("Written.")])
    async with stage(in_order(*answers), shape=shape) as playing:
        told = await playing.task()
        assert playing.fake.files(playing.runtime.id) == {"a.txt": b"A"}
    assert (told.end.outcome, told.answer) == (Outcome.DONE, "Written.")


async def test_what_is_announced_twice_is_the_answer(stage: partial[Stage], shape: str) -> None:
    will = "Now I will do the rest."
    answers = iter([Answer(calls=(steps("active"),)), Answer(will), Answer(will)])
    async with stage(in_order(*answers), shape=shape) as playing:
        told = await playing.task()
    assert (told.end.outcome, told.answer) == (Outcome.DONE, will)


async def test_going_around_two_calls_is_seen(stage: partial[Stage], shape: str) -> None:
    first, second = (Answer(calls=(call("shell", command=c),)) for c in ("ls", "id"))
    turns = iter([first, second] * 20)
    playing = stage(in_order(*turns), shape=shape)
    playing.fake.on(lambda argv: argv[0] == "bash", Output("x"))
    async with playing:
        told = await playing.task()
        assert "around the same 2 calls" in last_words(playing)
    assert told.end.outcome is Outcome.FAILED
    assert "around the same 2 calls 4 times: ls, id" in told.end.reason
    assert len(playing.server.requests) == 8
    assert len(told.of(ToolCallStart)) == 5


async def test_failures_in_a_row_are_told_with_what_was_tried(
    stage: partial[Stage], shape: str
) -> None:
    turns = iter(
        [Answer(calls=(call("read_file", path=f"no{n}.txt"),)) for n in range(10)]
        + [Answer("There is no such file.")]
    )
    async with stage(in_order(*turns), shape=shape) as playing:
        await playing.task()
        fifth, tenth = (json.dumps(playing.server.requests[n].body) for n in (5, 10))
    assert "5 calls in a row failed" in fifth
    assert "no0.txt" in fifth
    assert "another way" in fifth
    assert "10 calls in a row failed" in tenth
    assert "Ask the people" in tenth


async def test_an_answer_that_shows_nothing_is_none(stage: partial[Stage], shape: str) -> None:
    answers = iter([Answer(calls=(LIST,)), Answer("\u200b"), Answer("Here.")])
    async with stage(in_order(*answers), shape=shape) as playing:
        told = await playing.task()
    assert told.answer == "Here."
