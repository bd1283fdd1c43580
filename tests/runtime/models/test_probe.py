"""What `doctor` says about models that can and cannot work."""

from __future__ import annotations

import asyncio

import pytest
from model_answers import Answer, ToolCall
from model_play import On
from model_server import ModelServer

from runtime.models.probe import probe


@pytest.mark.parametrize(
    ("answer", "fit", "words"),
    [
        (Answer(calls=(ToolCall("a", "ready", '{"word": "yes"}'),)), True, "calls tools"),
        (Answer("I cannot call tools."), False, "got no tools"),
        (Answer(calls=(ToolCall("a", "redy", "{}"),)), False, "not as asked: redy({})"),
        (Answer(calls=(ToolCall("a", "ready", '{"wo'),)), False, 'not as asked: ready({"wo)'),
        (Answer("", "Hm, ", cut=True), False, "tokens without an answer"),
        (Answer(status=401, error="no"), False, "refused the key"),
        (Answer(status=500, error="oops"), False, "oops"),
    ],
)
async def test_verdicts(on: On, shape: str, answer: Answer, fit: bool, words: str) -> None:
    async with ModelServer([answer]) as server:
        verdict = await probe(on(server, shape))
    assert verdict.fit is fit
    assert words in verdict.text


async def test_it_ends_in_time(on: On) -> None:
    async with ModelServer([Answer("Well", hold=asyncio.Event())]) as server:
        verdict = await probe(on(server, "openai"), seconds=0.05)
    assert not verdict.fit
    assert "did not answer within 0.05 seconds" in verdict.text
