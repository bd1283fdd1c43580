"""Calls as weak models make them: cut, broken, invented, doubled, repeated."""

from __future__ import annotations

import json
from functools import partial

import pytest
from agent_stage import Stage, call, in_order, is_shell
from model_answers import Answer, ToolCall

from runtime.events import Outcome, ToolCallComplete, ToolCallFailed, ToolCallStart
from runtime.ports import Output

DONE = Answer("Done.")


def results(playing: Stage, request: int = -1) -> list[str]:
    """The texts of the results that the model was sent last, in order."""
    messages = playing.server.requests[request].body["messages"]
    if playing.shape == "openai":
        return [message["content"] for message in messages if message["role"] == "tool"]
    blocks = [block for message in messages for block in message["content"]]
    return [str(b["content"][0]["text"]) for b in blocks if b["type"] == "tool_result"]


BROKEN = {
    "cut": ('{"path": "a.txt", "content": "Once up', "not JSON"),
    "no json": ("write to a.txt please", "not JSON"),
    "half a string": ('"path', "not JSON"),
    "two objects": ('{"path": "a"}{"path": "b"}', "not JSON"),
    "a list": ('["a.txt"]', "Send one JSON object"),
    "null": ("null", "Send one JSON object"),
    "wrong type": ('{"path": ["a"], "content": {"x": 1}}', "path: Input should be a valid string"),
    "missing": ('{"path": "a.txt"}', "content: required, but not given"),
    "nan": ('{"path": "a", "content": NaN}', "NaN is no JSON number"),
    "endless": ('{"path": {"a": 1e999}, "content": ""}', "path: Input should be a valid string"),
    "deep": ('{"path":' + "[" * 5000, "not JSON"),
    "outside": ('{"path": "../../etc/passwd", "content": ""}', "contains '..'"),
    "NUL": ('{"path": "a\\u0000b", "content": ""}', "NUL"),
}


async def test_a_key_that_means_nothing_is_told_beside_the_result(
    stage: partial[Stage], shape: str
) -> None:
    odd = Answer("", calls=(call("write_file", path="a.txt", content="A", mode="w"),))
    async with stage([odd, DONE], shape=shape) as playing:
        await playing.task()
    assert results(playing)[0].startswith("[note: there is no parameter 'mode', so it was left out")
    assert "Wrote a.txt" in results(playing)[0]


@pytest.mark.parametrize(("arguments", "words"), BROKEN.values(), ids=list(BROKEN))
async def test_arguments_that_do_not_fit_go_back_to_the_model(
    stage: partial[Stage], shape: str, arguments: str, words: str
) -> None:
    bad = Answer("", calls=(ToolCall("c1", "write_file", arguments),), cut=words == "cut")
    async with stage([bad, DONE], shape=shape, seed=1) as playing:
        told = await playing.task()
    (failed,) = told.of(ToolCallFailed)
    assert (failed.kind, failed.tool) == ("invalid", "write_file")
    assert words in failed.message
    assert results(playing) == [f"ERROR (invalid): {failed.message}"]
    assert not told.of(ToolCallStart)
    assert not playing.fake.effects
    assert told.answer == "Done."


@pytest.mark.parametrize(
    "name", ["launch_rockets", "functions.shell<|call|>", "ünïcode tool\n", ""]
)
async def test_an_unknown_tool_is_named_with_those_that_exist(
    stage: partial[Stage], shape: str, name: str
) -> None:
    bad = Answer("", calls=(ToolCall("c1", name, '{"command": "ls"}'),))
    async with stage([bad, DONE], shape=shape) as playing:
        told = await playing.task()
    (failed,) = told.of(ToolCallFailed)
    assert failed.kind == "unknown_tool"
    assert "Tools that exist: plan, shell" in failed.message
    assert len(results(playing)) == 1
    assert told.answer == "Done."


async def test_two_calls_of_one_turn_run_in_their_order(stage: partial[Stage], shape: str) -> None:
    calls = (
        call("write_file", path="a.txt", content="A"),
        call("read_file", path="a.txt"),
    )
    async with stage([Answer("", calls=calls), DONE], shape=shape, seed=9) as playing:
        told = await playing.task()
    assert [start.tool for start in told.of(ToolCallStart)] == ["write_file", "read_file"]
    kinds = [e.type for e in told.events if isinstance(e, ToolCallStart | ToolCallComplete)]
    assert kinds == ["tool_call_start", "tool_call_complete"] * 2
    assert "Wrote a.txt" in results(playing)[0]
    assert "A" in results(playing)[1]


@pytest.mark.parametrize("given", ["call_0", ""])
async def test_calls_with_one_id_are_told_apart(
    stage: partial[Stage], shape: str, given: str
) -> None:
    calls = tuple(
        ToolCall(given, "write_file", json.dumps({"path": f"{n}.txt", "content": "x"}))
        for n in range(3)
    )
    async with stage([Answer("", calls=calls), DONE], shape=shape) as playing:
        await playing.task()
    assert [text.split()[1] for text in results(playing)] == ["0.txt:", "1.txt:", "2.txt:"]


async def test_an_id_that_every_turn_uses_again(stage: partial[Stage], shape: str) -> None:
    turns = [
        Answer("", calls=(ToolCall("call_0", "read_file", json.dumps({"path": f"{n}.txt"})),))
        for n in range(3)
    ]
    async with stage([*turns, DONE], shape=shape) as playing:
        await playing.task()
    assert [f"'{n}.txt'" in text for n, text in enumerate(results(playing))] == [True] * 3


async def test_a_good_call_beside_a_broken_one_still_runs(
    stage: partial[Stage], shape: str
) -> None:
    calls = (ToolCall("c1", "shell", "{"), call("write_file", path="a.txt", content="A"))
    async with stage([Answer("", calls=calls), DONE], shape=shape) as playing:
        told = await playing.task()
        box = playing.runtime.id
    assert [c.status for c in told.run.calls] == ["failed", "done"]
    assert playing.fake.files(box) == {"a.txt": b"A"}
    assert [text.startswith("ERROR") for text in results(playing)] == [True, False]


async def test_an_empty_answer_is_asked_for_again(stage: partial[Stage], shape: str) -> None:
    async with stage(in_order(Answer(), Answer(), Answer("Here.")), shape=shape) as playing:
        told = await playing.task()
    assert told.answer == "Here."
    assert len(playing.server.requests) == 3


async def test_only_empty_answers_end_the_run(stage: partial[Stage], shape: str) -> None:
    async with stage([Answer("", "I only think.")], shape=shape) as playing:
        told = await playing.task()
    assert told.end.outcome is Outcome.FAILED
    assert "answered with nothing" in told.end.reason
    assert len(playing.server.requests) == 5


@pytest.mark.parametrize("thinking", ["", "I think and think and"])
async def test_a_cut_answer_without_words_is_not_asked_for_again(
    stage: partial[Stage], shape: str, thinking: str
) -> None:
    async with stage([Answer("", thinking, cut=True)], shape=shape) as playing:
        told = await playing.task()
    assert told.end.outcome is Outcome.FAILED
    assert "raise models.max_tokens" in told.end.reason
    assert len(playing.server.requests) == 1


async def test_a_cut_answer_with_words_is_the_answer_and_says_so(
    stage: partial[Stage], shape: str
) -> None:
    async with stage([Answer("Once upon a", cut=True)], shape=shape) as playing:
        told = await playing.task()
    assert (told.end.outcome, told.answer) == (Outcome.DONE, "Once upon a")
    assert "cut at the model's token limit" in told.run.remarks[-1].text


async def test_the_same_call_for_ever_is_nudged_then_stopped(
    stage: partial[Stage], shape: str
) -> None:
    same = Answer("Again.", calls=(call("shell", command="ls"),))
    playing = stage([same], shape=shape)
    playing.fake.on(is_shell, Output("a.txt"))
    async with playing:
        told = await playing.task()
    assert told.end.outcome is Outcome.FAILED
    assert "repeated the same call 4 times: ls" in told.end.reason
    assert len(playing.server.requests) == 4
    assert [start.tool for start in told.of(ToolCallStart)] == ["shell"] * 2
    assert "three times in a row" in results(playing)[-1]


async def test_a_nudge_that_is_heeded(stage: partial[Stage], shape: str) -> None:
    same = Answer("", calls=(ToolCall("c", "shell", "not json"),))
    async with stage([same, same, same, Answer("I give up: no shell.")], shape=shape) as playing:
        told = await playing.task()
    assert told.answer == "I give up: no shell."
    assert [failed.kind for failed in told.of(ToolCallFailed)] == ["invalid"] * 3


async def test_a_result_that_is_too_large_is_told_as_such(stage: partial[Stage]) -> None:
    calling = Answer("", calls=(call("ask", question="Which?", options=['"' * 200] * 10),))
    steps = [{"title": "\n" * 3 + "x", "description": "🙂" * 2000} for _ in range(30)]
    planning = Answer("", calls=(call("plan", steps=steps),))
    async with stage([planning, calling, DONE]) as playing:
        told = await playing.task()
    assert told.end.outcome is Outcome.FAILED
    assert "models.max_tokens" in told.end.reason
