"""Servers that are busy, refuse, fall silent or talk nonsense: asked again where that helps, told
in words where it does not."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import pytest
from agent_stage import KEY, PATIENCE, Stage, in_order
from model_answers import Answer
from model_streams import Stream

from runtime.events import Notice, Outcome
from runtime.models.request import Limits as Bounds

BUSY: dict[str, Any] = {"status": 429, "error": "Slow down.", "kind": "rate_limit_error"}


@pytest.mark.parametrize(
    ("busy", "waits"),
    [
        pytest.param([Answer(**BUSY, retry_after="7")] * 2, [7.0, 7.0], id="named"),
        pytest.param([Answer(**BUSY)] * 3, [1.0, 2.0, 4.0], id="unnamed"),
        pytest.param([Answer(**BUSY, retry_after="86400")], [300.0], id="absurd"),
        pytest.param([Answer(status=500, error="Oops.")] * 2, [1.0, 2.0], id="500"),
        pytest.param([Answer(status=503, error="Loading.", retry_after="3")], [3.0], id="503"),
        pytest.param([Answer(error="Overloaded", kind="overloaded_error")], [1.0], id="in stream"),
    ],
)
async def test_a_busy_server_is_asked_again_when_it_says(
    stage: partial[Stage], shape: str, busy: list[Answer], waits: list[float]
) -> None:
    async with stage(in_order(*busy, Answer("At last.")), shape=shape) as playing:
        told = await playing.task()
    assert told.answer == "At last."
    assert playing.clock.waits == waits
    assert len(told.of(Notice)) == len(busy)
    assert len(playing.server.requests) == len(busy) + 1


@pytest.mark.parametrize("bad", [Answer(**BUSY, retry_after="7"), Answer(status=500, error="Oops")])
async def test_a_server_that_stays_busy_ends_the_run(
    stage: partial[Stage], shape: str, bad: Answer
) -> None:
    async with stage([bad], shape=shape) as playing:
        told = await playing.task()
        again = await playing.task("And now?")
    assert (told.end.outcome, again.end.outcome) == (Outcome.FAILED, Outcome.FAILED)
    assert bad.error in told.end.reason
    assert len(playing.server.requests) == 10


REFUSALS = {
    "401": (Answer(status=401, error=f"Incorrect API key provided: {KEY}."), "refused the key"),
    "404": (Answer(status=404, error="no such model", kind="not_found_error"), "check its name"),
    "400": (Answer(status=400, error="temperature is bad"), "temperature is bad"),
    "too long": (
        Answer(status=400, error="This model's maximum context length is 8192 tokens"),
        "no longer fits the model",
    ),
}


@pytest.mark.parametrize(("bad", "words"), REFUSALS.values(), ids=list(REFUSALS))
async def test_a_refusal_is_told_at_once(
    stage: partial[Stage], shape: str, bad: Answer, words: str
) -> None:
    async with stage([bad], shape=shape) as playing:
        told = await playing.task()
    assert told.end.outcome is Outcome.FAILED
    assert words in told.end.reason
    assert len(playing.server.requests) == 1
    assert not playing.clock.waits


async def test_a_refused_key_names_its_variable(stage: partial[Stage], shape: str) -> None:
    async with stage([Answer(status=401, error="Incorrect API key.")], shape=shape) as playing:
        told = await playing.task()
    assert f"{shape.upper()}_API_KEY" in told.end.reason


ECHOES = {
    "400": Answer(status=400, error=f"Bad header: Bearer {KEY}"),
    "401": Answer(status=401, error=f"Incorrect API key: {KEY}. Also sk-te**********cdef."),
    "429": Answer(
        status=429, error=f"Limit of {KEY}, sk-te**********cdef", kind="rate_limit_error"
    ),
    "500": Answer(status=500, error=f"Crashed with {KEY}"),
    "in stream": Answer("I beg", error=f"Overloaded: {KEY}", kind="overloaded_error"),
    "text": Answer(garbage=f"data: {KEY} is no JSON\n\n".encode(), finish=False),
}


@pytest.mark.parametrize("bad", ECHOES.values(), ids=list(ECHOES))
async def test_a_key_that_the_server_echoes_stands_nowhere(
    stage: partial[Stage], shape: str, bad: Answer
) -> None:
    async with stage([bad], shape=shape) as playing:
        told = await playing.task()
    assert told.end.outcome is Outcome.FAILED
    assert "cdef" not in str(told.events)  # the stage looks into journal, wire and logs


@pytest.mark.parametrize(
    "garbage",
    [
        b"<html>Bad gateway</html>",
        b"data: {{{\n\n",
        b"data: []\n\n",
        b"data: null\n\n",
        b"\xff\xfe\n\n",
    ],
)
async def test_a_garbage_body_is_a_broken_answer(
    stage: partial[Stage], shape: str, garbage: bytes
) -> None:
    answers = in_order(Answer(garbage=garbage, finish=False), Answer("Sense."))
    async with stage(answers, shape=shape, seed=3) as playing:
        told = await playing.task()
    assert told.answer == "Sense."


async def test_nobody_answers_at_the_address(stage: partial[Stage], shape: str) -> None:
    playing = stage([Answer("never")], shape=shape)
    async with playing:
        await playing.server.__aexit__(None, None, None)
        told = await playing.task()
        await playing.server.__aenter__()
    assert told.end.reason.startswith("No connection to 127.0.0.1:")
    assert "does the server run?" in told.end.reason


async def test_a_silent_server_is_given_up(stage: partial[Stage], shape: str) -> None:
    silent = Answer("Wait for it", "Hm.", hold=asyncio.Event())
    bounds = Bounds(silence=1.0)  # a slow machine may exceed it in the next tries, too
    answers = in_order(silent, *[Answer("Here.")] * 4)
    async with stage(answers, shape=shape, bounds=bounds) as playing:
        told = await playing.task()
        await asyncio.wait_for(playing.server.lost.wait(), PATIENCE)
    assert told.answer == "Here."


async def test_a_stream_that_never_ends_is_given_up(stage: partial[Stage], shape: str) -> None:
    drip = Answer("drip " * 10_000, rate=50)
    answers = in_order(drip, *[Answer("Enough.")] * 4)
    async with stage(answers, shape=shape, bounds=Bounds(whole=1.5)) as playing:
        told = await playing.task()
        await asyncio.wait_for(playing.server.lost.wait(), PATIENCE)
    assert told.answer == "Enough."


@pytest.mark.parametrize(
    ("finish", "refusal", "words"),
    [
        ("content_filter", None, "The content filter at 127.0.0.1"),
        ("stop", "Ich kann dabei nicht helfen.", "refused: “Ich kann dabei nicht helfen.”"),
    ],
)
async def test_an_answer_that_a_filter_stopped_says_so(
    stage: partial[Stage], finish: str, refusal: str | None, words: str
) -> None:
    events = [{"content": "The first half."}, {"refusal": refusal}, {"finish": finish}]
    stream = Stream(name="a filter", stream=events)
    async with stage([stream.answer()], shape="openai") as playing:
        told = await playing.task()
    assert (told.end.outcome, told.answer) == (Outcome.DONE, "The first half.")
    (notice,) = told.of(Notice)
    assert notice.level == "warning"
    assert words in notice.text


async def test_a_refusal_without_an_answer_is_quoted(stage: partial[Stage]) -> None:
    stream = Stream(name="no", stream=[{"refusal": "Je ne peux pas."}, {"finish": "stop"}])
    async with stage([stream.answer()], shape="openai") as playing:
        told = await playing.task()
    assert told.end.outcome is Outcome.FAILED
    assert "refused: “Je ne peux pas.”" in told.end.reason
    assert len(playing.server.requests) == 1
