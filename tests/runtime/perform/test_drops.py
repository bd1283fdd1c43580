"""Connections that break in mid-stream: the turn is sent again, and no word stands twice."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from itertools import accumulate

import pytest
from agent_stage import Stage, Told, in_order
from model_answers import SHAPES, Answer, ToolCall
from model_server import Received

from runtime.events import (
    Envelope,
    Notice,
    Outcome,
    ResponseChunk,
    ResponseStart,
    ThinkingChunk,
    ThinkingComplete,
    ThinkingStart,
    Usage,
)
from runtime.facts import ModelTurn
from runtime.folds.view import project
from runtime.view import ThreadView

LONG = "This sentence is a part of a long answer. " * 12
WHOLE = Answer(LONG, "First I think about it.")
CALLING = Answer("I list.", "Hm.", (ToolCall("c1", "list_files", '{"path":  "."}'),))


class Tearing:
    """The answers in their order. Those that are `torn` stop behind their words, and the connection
    is torn down when the client has told the last of them."""

    def __init__(self, shape: str, *answers: Answer) -> None:
        self._words = SHAPES["/messages" if shape == "anthropic" else "/chat/completions"][0]
        self._left = iter(answers)
        self._now = Answer()

    def __call__(self, _: Received) -> Answer:
        self._now = next(self._left)
        if self._now.drop_after == 0:
            size = sum(map(len, self._words(self._now, "stub")))
            self._now = replace(self._now, drop_after=size + 1, hold=asyncio.Event())
        return self._now

    async def react(self, envelope: Envelope) -> None:
        chunk, hold = envelope.event, self._now.hold
        if hold is None or not isinstance(chunk, ThinkingChunk | ResponseChunk):
            return
        if (self._now.text or self._now.thinking).endswith(chunk.text):
            hold.set()


def torn(text: str, thinking: str = "") -> Answer:
    return Answer(text, thinking, drop_after=0)


def cut_arguments(shape: str) -> Answer:
    """CALLING, torn down within its arguments."""
    words, end = SHAPES["/messages" if shape == "anthropic" else "/chat/completions"]
    frames = [*words(CALLING, "stub"), *end(CALLING, "stub")]
    ends = list(accumulate(map(len, frames)))
    within = next(n for n, frame in enumerate(frames) if b"path" in frame)
    return replace(CALLING, drop_after=ends[within])


def never_doubled(told: Told) -> None:
    """At every moment the answer that people see is a beginning of the whole one, once."""
    view = ThreadView(told.envelopes[0].session_id)
    for envelope in told.envelopes:
        view = project(view, envelope)
        for run in view.runs:
            seen = [answer.text for answer in run.answers] + [run.draft.text if run.draft else ""]
            assert all(LONG.startswith(text) for text in seen)
            assert sum(bool(text) for text in seen) <= 1, "the same words stand in two places"
            assert len([t for t in run.thoughts if t.turn == 1]) <= 1


OPENED = LONG[: LONG.index("answer", 400)] + "answer."
TORN = {
    "thinking": torn("", "First I think"),
    "text": torn("This sentence", WHOLE.thinking),
    "opened": torn(OPENED, WHOLE.thinking),
}


@pytest.mark.parametrize("first", TORN.values(), ids=list(TORN))
async def test_a_drop_in_the_words_sends_the_turn_again(
    stage: partial[Stage], shape: str, first: Answer
) -> None:
    tearing = Tearing(shape, first, WHOLE)
    async with stage(tearing, shape=shape, seed=2) as playing:
        told = await playing.task(react=tearing.react)
        turns = await playing.facts(ModelTurn)
    never_doubled(told)
    assert (told.end.outcome, told.answer) == (Outcome.DONE, LONG)
    assert [thought.text for thought in told.run.thoughts] == [WHOLE.thinking]
    assert [start.attempt for start in told.of(ThinkingStart)] == [1, 2]
    assert told.of(ThinkingComplete)[-1].attempt == 2
    assert [(turn.turn, turn.attempt) for turn in turns] == [(1, 2)]
    assert [usage.attempt for usage in told.of(Usage)] == [2]
    assert len(playing.server.requests) == 2
    assert playing.clock.waits == [1.0]


async def test_an_opened_answer_is_replaced_at_the_first_word(
    stage: partial[Stage], shape: str
) -> None:
    tearing = Tearing(shape, torn(OPENED), Answer(LONG))
    async with stage(tearing, shape=shape, seed=2) as playing:
        told = await playing.task(react=tearing.react)
    never_doubled(told)
    assert [start.attempt for start in told.of(ResponseStart)] == [1, 2]
    words = [e for e in told.events if isinstance(e, ResponseStart | ResponseChunk)]
    again = words.index(told.of(ResponseStart)[1])
    assert {event.attempt for event in words[:again]} == {1}
    assert {event.attempt for event in words[again:]} == {2}
    assert told.answer == LONG


async def test_a_note_that_was_opened_does_not_open_the_next_turn(
    stage: partial[Stage], shape: str
) -> None:
    calling = Answer("", calls=CALLING.calls)
    tearing = Tearing(shape, torn(OPENED), calling, Answer("Short."))
    async with stage(tearing, shape=shape, seed=2) as playing:
        told = await playing.task(react=tearing.react)
    assert [(start.turn, start.attempt) for start in told.of(ResponseStart)] == [(1, 1), (2, 1)]
    opened = told.events.index(told.of(ResponseStart)[1])
    assert any(isinstance(e, ResponseChunk) and e.turn == 2 for e in told.events[:opened])
    assert [answer.text for answer in told.run.answers] == ["Short."]


async def test_a_drop_in_the_arguments_runs_nothing_and_calls_once(
    stage: partial[Stage], shape: str
) -> None:
    answers = in_order(cut_arguments(shape), CALLING, Answer("Empty."))
    async with stage(answers, shape=shape, seed=4) as playing:
        told = await playing.task()
    assert [(c.tool, c.status) for c in told.run.calls] == [("list_files", "done")]
    assert told.run.note == "I list."
    assert told.answer == "Empty."
    assert len(playing.server.requests) == 3


async def test_a_short_text_that_broke_off_leaves_no_trace(
    stage: partial[Stage], shape: str
) -> None:
    tearing = Tearing(shape, torn("Wrong beginning"), Answer("Right."))
    async with stage(tearing, shape=shape) as playing:
        told = await playing.task(react=tearing.react)
    assert {chunk.attempt for chunk in told.of(ResponseChunk)} == {1, 2}
    assert told.answer == "Right."
    assert (told.run.draft, len(told.run.answers)) == (None, 1)


async def test_five_drops_end_the_run_in_words(stage: partial[Stage], shape: str) -> None:
    tearing = Tearing(shape, *[TORN["opened"]] * 5)
    async with stage(tearing, shape=shape) as playing:
        told = await playing.task(react=tearing.react)
    assert told.end.outcome is Outcome.FAILED
    assert told.end.reason.startswith("The answer from 127.0.0.1:")
    assert "broke off" in told.end.reason
    assert [start.attempt for start in told.of(ThinkingStart)] == [1, 2, 3, 4, 5]
    assert [note.text[-9:] for note in told.of(Notice)] == [f"({n} of 5)." for n in (2, 3, 4, 5)]
    assert playing.clock.waits == [1.0, 2.0, 4.0, 8.0]
    (answer,) = told.run.answers
    assert (told.run.draft, answer.text, answer.state) == (None, TORN["opened"].text, "partial")
    assert [thought.attempt for thought in told.run.thoughts] == [5]


async def test_a_stream_that_ends_too_early_is_no_answer(stage: partial[Stage], shape: str) -> None:
    early = Answer("Half of it", finish=False, usage=None)
    async with stage(in_order(early, Answer("Half of it, and the rest.")), shape=shape) as playing:
        told = await playing.task()
    assert told.answer == "Half of it, and the rest."


async def test_a_drop_in_a_later_turn_keeps_what_was_done(
    stage: partial[Stage], shape: str
) -> None:
    last = Answer("All done now.", "Last thoughts.")
    tearing = Tearing(shape, CALLING, torn(last.text, last.thinking), last)
    async with stage(tearing, shape=shape) as playing:
        told = await playing.task(react=tearing.react)
    assert [(t.turn, t.attempt) for t in told.run.thoughts] == [(1, 1), (2, 2)]
    assert len(told.run.calls) == 1
    assert told.answer == "All done now."
