"""What ends a run that does not end by itself: turns, tokens, money, time, and sheer size."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from agent_stage import ANN, BOB, Stage, call, in_order, is_shell
from model_answers import Answer
from model_server import Received

from runtime.events import (
    Envelope,
    Limits,
    Outcome,
    QuestionAsked,
    ResponseChunk,
    ResponseComplete,
    ThinkingChunk,
    ToolCallStart,
)
from runtime.facts import ModelTurn
from runtime.folds.run import CONTINUE, STOP
from runtime.ports import Command, Exited, Output

CLOSING = "I was stopped half way; a.txt is done."


def tools_forbidden(received: Received) -> bool:
    choice: Any = received.body.get("tool_choice")
    return choice in ("none", {"type": "none"})


def tireless(received: Received) -> Answer:
    """Calls something else for ever, unless calls are forbidden."""
    if tools_forbidden(received):
        return Answer(CLOSING)
    path = f"{received.turn}.txt"
    return Answer("", calls=(call("write_file", received.turn, path=path, content="x"),))


class Answering:
    """Answers every question of the budget, in order."""

    def __init__(self, playing: Stage, *answers: str) -> None:
        self._playing, self._left = playing, list(answers)
        self.questions: list[str] = []

    async def react(self, envelope: Envelope) -> None:
        if isinstance(asked := envelope.event, QuestionAsked):
            assert asked.kind == "budget"
            self.questions.append(asked.question)
            words = self._left.pop(0)
            runtime = self._playing.runtime
            assert await runtime.answer(asked.question_id, words, actor=ANN) is None


async def test_a_tireless_model_is_stopped_at_the_limit_of_turns(
    stage: partial[Stage], shape: str
) -> None:
    async with stage(tireless, shape=shape, limits=Limits(turns=3)) as playing:
        people = Answering(playing, STOP)
        told = await playing.task(react=people.react)
    assert people.questions == ["3 model turns used: continue or stop?"]
    assert (told.end.outcome, told.answer) == (Outcome.DONE, CLOSING)
    forbidden = [tools_forbidden(request) for request in playing.server.requests]
    assert forbidden == [False, False, False, True]
    assert playing.server.requests[-1].body["tools"], "forbidden, but still named"
    assert len(told.of(ToolCallStart)) == 3


async def test_continue_gives_one_more_allotment_at_a_time(
    stage: partial[Stage], shape: str
) -> None:
    async with stage(tireless, shape=shape, limits=Limits(turns=2)) as playing:
        people = Answering(playing, CONTINUE, CONTINUE, STOP)
        told = await playing.task(react=people.react)
    assert [question.split()[0] for question in people.questions] == ["2", "4", "6"]
    assert len(playing.server.requests) == 7
    assert told.answer == CLOSING


async def test_an_answer_at_the_limit_needs_no_question(stage: partial[Stage], shape: str) -> None:
    script = [Answer("", calls=(call("list_files"),)), Answer("Empty.")]
    async with stage(script, shape=shape, limits=Limits(turns=2)) as playing:
        told = await playing.task()
    assert told.answer == "Empty."
    assert not told.of(QuestionAsked)


async def test_tokens_and_money_have_limits_of_their_own(stage: partial[Stage]) -> None:
    async with stage(tireless, limits=Limits(tokens=300)) as playing:
        people = Answering(playing, STOP)
        await playing.task(react=people.react)
    assert people.questions == ["300 tokens used: continue or stop?"]
    assert len(playing.server.requests) == 3  # 150 tokens each


async def test_money_is_counted_where_the_price_is_known(stage: partial[Stage]) -> None:
    async with stage(tireless, shape="anthropic", limits=Limits(cost=0.001)) as playing:
        people = Answering(playing, STOP)
        told = await playing.task(react=people.react)
    assert people.questions == ["Budget of 0.001 $ used: continue or stop?"]
    assert told.run.spend.cost is not None
    assert told.run.spend.cost > 0.001


async def test_an_unknown_price_stops_nothing_and_is_shown_as_unknown(
    stage: partial[Stage],
) -> None:
    script = [Answer("", calls=(call("list_files"),)), Answer("Empty.")]
    async with stage(script, limits=Limits(cost=0.000001)) as playing:
        told = await playing.task()
    assert told.answer == "Empty."
    assert told.run.spend.cost is None
    assert told.run.spend.input_tokens == 240


async def test_a_turn_without_numbers_counts_as_a_turn(stage: partial[Stage]) -> None:
    script = [Answer("", calls=(call("list_files"),), usage=None), Answer("Empty.", usage=None)]
    async with stage(script, limits=Limits(tokens=1)) as playing:
        told = await playing.task()
    assert told.answer == "Empty."
    assert (told.run.spend.input_tokens, told.run.spend.turns) == (0, 2)


async def test_time_at_work_is_limited(stage: partial[Stage], shape: str) -> None:
    def slow(_: Command) -> list[Output | Exited]:
        playing.clock.advance(100)
        return [Output("slow"), Exited(0, "exit", 100)]

    script = [Answer("", calls=(call("shell", command="make"),)), Answer(CLOSING)]
    playing = stage(script, shape=shape, limits=Limits(seconds=60))
    playing.fake.answer(is_shell, slow)
    async with playing:
        people = Answering(playing, STOP)
        told = await playing.task(react=people.react)
    assert people.questions == ["1 minutes of work used: continue or stop?"]
    assert told.answer == CLOSING


async def test_time_that_people_take_is_not_counted(stage: partial[Stage]) -> None:
    async with stage(tireless, limits=Limits(turns=1, seconds=60)) as playing:
        people = Answering(playing, CONTINUE, STOP)

        async def late(envelope: Envelope) -> None:
            if isinstance(envelope.event, QuestionAsked):
                await playing.parked()
                playing.clock.advance(86_400)
            await people.react(envelope)

        await playing.task(react=late)
    assert [question.split()[1] for question in people.questions] == ["model", "model"]


async def test_a_model_that_calls_although_it_may_not_gets_our_words(
    stage: partial[Stage], shape: str
) -> None:
    deaf = Answer("", calls=(call("write_file", path="a", content="x"),))
    answers = in_order(deaf, deaf, Answer("Now I may."))
    async with stage(answers, shape=shape, limits=Limits(turns=1)) as playing:
        people = Answering(playing, STOP)
        told = await playing.task(react=people.react)
        assert "the model gave no closing words" in told.answer
        assert len(told.of(ToolCallStart)) == 1
        again = await playing.task("Go on.")
    assert again.answer == "Now I may."


async def test_its_own_words_win_over_a_forbidden_call(stage: partial[Stage], shape: str) -> None:
    def half_deaf(received: Received) -> Answer:
        answer = tireless(received)
        extra = (call("list_files"),) if tools_forbidden(received) else ()
        return Answer(answer.text, calls=(*answer.calls, *extra))

    async with stage(half_deaf, shape=shape, limits=Limits(turns=1)) as playing:
        told = await playing.task(react=Answering(playing, STOP).react)
        (*_, closing) = await playing.facts(ModelTurn)
    assert told.answer == CLOSING
    assert [done.final for done in told.of(ResponseComplete)] == [True]
    assert closing.calls == ()


async def test_the_requester_alone_decides_about_money(stage: partial[Stage]) -> None:
    refusals: list[str | None] = []
    async with stage(tireless, limits=Limits(turns=1)) as playing:
        people = Answering(playing, STOP)

        async def both(envelope: Envelope) -> None:
            if isinstance(asked := envelope.event, QuestionAsked):
                refusals.append(await playing.runtime.answer(asked.question_id, CONTINUE, BOB))
                refusals.append(await playing.runtime.answer(asked.question_id, "maybe", ANN))
            await people.react(envelope)

        await playing.task(react=both)
    assert refusals == [
        "You cannot decide this. It is for Ann.", "Answer with one of: continue, stop."
    ]  # fmt: skip


FLOOD = " ".join(["x" * 9_999] * 500)
"""5 MB in 500 pieces."""


@pytest.mark.parametrize("answer", [Answer(FLOOD), Answer("", FLOOD)], ids=["text", "thinking"])
async def test_of_a_flood_the_journal_keeps_a_beginning(
    stage: partial[Stage], shape: str, answer: Answer
) -> None:
    async with stage([answer], shape=shape) as playing:
        told = await playing.task()
        size = sum(len(str(entry.fact)) for entry in await playing.entries())
        again = await playing.task("Still there?")
    assert told.end.outcome is Outcome.FAILED
    assert "models.max_tokens" in told.end.reason
    chunks = [e for e in told.events if isinstance(e, ThinkingChunk | ResponseChunk)]
    assert sum(len(chunk.text) for chunk in chunks) < 300_000
    assert size < 110_000
    assert len(str(playing.server.requests[-1].body)) < 20_000, "the model is spared the rest"
    assert again.end.outcome is Outcome.FAILED
    assert len(playing.server.requests) == 2


async def test_arguments_that_are_too_large_end_in_words(stage: partial[Stage], shape: str) -> None:
    huge = call("write_file", path="a.txt", content="x" * 600_000)
    async with stage([Answer("", calls=(huge,))], shape=shape) as playing:
        told = await playing.task()
    assert told.end.outcome is Outcome.FAILED
    assert "ask for smaller parts" in told.end.reason
    assert not playing.fake.effects
    assert len(playing.server.requests) == 1
