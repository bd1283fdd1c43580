"""A turn over real HTTP, in the shape of every provider."""

from __future__ import annotations

import asyncio
import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from model_answers import Answer, ToolCall
from model_play import TOOLS, On, play
from model_server import ModelServer
from pydantic_ai.messages import ModelMessagesTypeAdapter

from runtime.errors import ModelBroken
from runtime.models.connect import connect
from runtime.models.request import Limits
from runtime.models.selection import resolve
from runtime.models.spec import Options
from runtime.models.turn import DirectModel
from runtime.ports.model import Message, RawCall, Responded, Returned, Said, TextDelta

CALLS = (
    ToolCall("call_a", "shell", '{"command":  "ls -l"}'),
    ToolCall("call_b", "list_files", "{}"),
)
FULL = Answer("Grüße, let me look 🙂", "The user wants a listing.", CALLS)


async def test_thinking_text_two_calls_and_usage_arrive(on: On, shape: str) -> None:
    async with ModelServer([FULL], seed=1) as server:
        turn = await play(on(server, shape), Said("List the files."))
    assert (turn.text, turn.thinking) == (FULL.text, FULL.thinking)
    assert (turn.end.text, turn.end.thinking) == (FULL.text, FULL.thinking)
    assert turn.calls == tuple(RawCall(c.id, c.tool, c.arguments) for c in CALLS)
    assert (turn.end.used.input_tokens, turn.end.used.output_tokens) == (120, 30)
    assert turn.end.used.measured
    assert not turn.end.cut
    assert turn.end.library.startswith("pydantic-ai 2.")


async def test_the_responses_api_streams_the_same(on: On) -> None:
    async with ModelServer([FULL, Answer("Done.")], seed=1) as server:
        model = on(server, "openai-responses", thinking="low")
        turn = await play(model, Said("List the files."))
        last = await play(
            model, Said("List."), Responded(turn.end.blob), Returned("call_a", "shell", "a b")
        )
    assert (turn.text, turn.thinking.strip()) == (FULL.text, FULL.thinking)
    assert turn.calls == tuple(RawCall(c.id, c.tool, c.arguments) for c in CALLS)
    reasoning = server.requests[0].body["reasoning"]
    assert (reasoning["effort"], reasoning["summary"]) == ("low", "auto")
    assert server.requests[0].body["store"] is False
    assert last.text == "Done."


async def chunked(shape: str, seed: int, answer: Answer) -> tuple[str, str, tuple[RawCall, ...]]:
    async with ModelServer([answer], seed=seed) as server:
        url = server.url if shape == "anthropic" else f"{server.url}/v1"
        spec = resolve(Options(f"{shape}:stub", base_url=url), "a test", {})
        model = DirectModel("stub", lambda: connect(spec))
        turn = await play(model, Said("Go."))
        await model.aclose()
    assert turn.text == turn.end.text
    assert turn.thinking == turn.end.thinking
    return turn.text, turn.thinking, turn.calls


WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="<"), min_size=1).map(
    lambda text: f"a{text}z"
)


@pytest.mark.parametrize("shape", ["openai", "anthropic"])
@settings(max_examples=25, deadline=None)
@example(seed=7, text="a\u2028\x85\r\n\x0bz", thinking="a\x1cz", path="a\u2029z")
@given(seed=st.integers(0, 10**6), text=WORDS, thinking=WORDS, path=WORDS)
def test_however_the_bytes_are_cut(
    shape: str, seed: int, text: str, thinking: str, path: str
) -> None:
    arguments = json.dumps({"path": path}, ensure_ascii=False)
    answer = Answer(text, thinking, (ToolCall("call_a", "list_files", arguments),))
    came = asyncio.run(chunked(shape, seed, answer))
    assert came == (text, thinking, (RawCall("call_a", "list_files", arguments),))


async def test_arguments_cut_at_the_limit_are_told_and_can_be_sent_again(
    on: On, shape: str
) -> None:
    cut = Answer("I wri", calls=(ToolCall("call_a", "write_file", '{"path": "a'),), cut=True)
    async with ModelServer([cut, Answer("Shorter then.")]) as server:
        model = on(server, shape)
        turn = await play(model, Said("Write."))
        assert turn.end.cut
        assert turn.calls == (RawCall("call_a", "write_file", '{"path": "a'),)
        results = Returned("call_a", "write_file", "The arguments were cut.")
        await play(model, Said("Write."), Responded(turn.end.blob), results)
    if shape == "openai":  # servers parse what they are sent back, and fail on half an object
        sent = server.requests[1].body["messages"][2]["tool_calls"][0]["function"]["arguments"]
        assert isinstance(json.loads(sent), dict)


async def test_a_turn_without_usage_is_unmeasured(on: On) -> None:
    async with ModelServer([Answer("Hello.", usage=None)]) as server:
        turn = await play(on(server, "openai"), Said("Hi."))
    assert not turn.end.used.measured
    assert turn.end.used.cost is None


async def test_cost_is_known_for_known_models_only(on: On) -> None:
    async with ModelServer([Answer("Hello.")]) as server:
        known = await play(on(server, "anthropic"), Said("Hi."))
        unknown = await play(on(server, "openai"), Said("Hi."))
    assert known.end.used.cost is not None
    assert 0 < known.end.used.cost < 0.01
    assert unknown.end.used.cost is None


async def test_forbidden_calls_are_named_and_dropped(on: On, shape: str) -> None:
    async with ModelServer([FULL]) as server:
        turn = await play(on(server, shape), Said("Sum up."), may_call=False)
    body = server.requests[0].body
    assert body["tool_choice"] in ("none", {"type": "none"})
    assert len(body["tools"]) == len(TOOLS)
    assert turn.calls == ()
    assert "call_a" not in turn.end.blob
    assert turn.text == FULL.text


async def test_forbidden_calls_and_no_word_end_an_empty_turn(on: On, shape: str) -> None:
    answers = iter([Answer(calls=CALLS), Answer("Here I am.")])
    async with ModelServer(lambda _: next(answers)) as server:
        model = on(server, shape)
        turn = await play(model, Said("Sum up."), may_call=False)
        assert (turn.end.text, turn.calls) == ("", ())
        after = (Said("Sum up."), Responded(turn.end.blob), Said("Hello?"))
        assert (await play(model, *after)).text == "Here I am."


async def test_cancelling_in_mid_stream_reaches_the_server_at_once(on: On, shape: str) -> None:
    async with ModelServer([Answer("Wait for it", hold=asyncio.Event())]) as server:
        task = asyncio.create_task(play(on(server, shape), Said("Hi.")))
        await server.held.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with asyncio.timeout(60):
            await server.lost.wait()


async def test_closing_the_turn_half_way_reaches_the_server_at_once(on: On, shape: str) -> None:
    async with ModelServer([Answer("Wait for it", hold=asyncio.Event())]) as server:
        turn = on(server, shape).turn([Said("Hi.")], (), instructions="", max_tokens=10)
        async for delta in turn:
            if isinstance(delta, TextDelta):
                break
        await turn.aclose()
        async with asyncio.timeout(60):
            await server.lost.wait()


async def test_a_cancelled_model_answers_again(on: On, shape: str) -> None:
    hold = asyncio.Event()
    async with ModelServer([Answer("One", hold=hold)]) as server:
        model = on(server, shape)
        task = asyncio.create_task(play(model, Said("Hi.")))
        await server.held.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        hold.set()
        assert (await play(model, Said("Hi."))).text == "One"


async def test_silence_ends_a_turn(on: On, shape: str) -> None:
    async with ModelServer([Answer(hold=asyncio.Event())]) as server:
        model = on(server, shape, Limits(silence=0.5))
        with pytest.raises(ModelBroken, match="silent for too long"):
            await play(model, Said("Hi."))


async def test_blobs_survive_the_round_trip(on: On, shape: str) -> None:
    async with ModelServer([FULL]) as server:
        blob = (await play(on(server, shape), Said("Hi."))).end.blob
    loaded = ModelMessagesTypeAdapter.validate_json(blob)
    assert ModelMessagesTypeAdapter.dump_json(loaded).decode() == blob


async def test_a_limit_on_tokens_is_kept(on: On, shape: str) -> None:
    async with ModelServer([Answer("Yes.")]) as server:
        model = on(server, shape, Limits(tokens=50))
        await play(model, Said("Hi."), max_tokens=1000)
        await play(model, Said("Hi."), max_tokens=20)
    assert [request.body["max_tokens"] for request in server.requests] == [50, 20]


async def test_one_model_serves_many_turns_at_once(on: On, shape: str) -> None:
    async with ModelServer([Answer("Yes.")], seed=4) as server:
        model = on(server, shape)
        turns = await asyncio.gather(*(play(model, Said(f"Hi {n}.")) for n in range(20)))
    assert [turn.text for turn in turns] == ["Yes."] * 20


async def test_an_endless_script_repeats_its_last_call(on: On, shape: str) -> None:
    async with ModelServer([Answer(calls=CALLS[:1])]) as server:
        model = on(server, shape)
        history: tuple[Message, ...] = (Said("Go."),)
        for _ in range(3):
            turn = await play(model, *history)
            told = Returned(turn.calls[0].provider_call_id, turn.calls[0].tool, "ok")
            history = (*history, Responded(turn.end.blob), told)
            assert turn.calls[0].arguments == CALLS[0].arguments
    assert [request.turn for request in server.requests] == [0, 1, 2]
