"""Every way in which a provider fails, over real HTTP, and what people read then."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest
import yaml
from model_answers import Answer, ToolCall
from model_play import On, play
from model_server import ModelServer

from runtime.errors import ContextTooLong, ModelBroken, ModelBusy, ModelError, ModelRefused
from runtime.models.connect import connect
from runtime.models.selection import resolve
from runtime.models.spec import Options
from runtime.models.turn import DirectModel
from runtime.ports.model import Said

KEY_NAMES = {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY"}


async def failure(on: On, shape: str, answer: Answer) -> ModelError:
    """What one turn raises; also proves that nothing is sent twice."""
    async with ModelServer([answer]) as server:
        with pytest.raises(ModelError) as caught:
            await play(on(server, shape), Said("Hi."))
        assert len(server.requests) == 1
    return caught.value


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (Answer(status=400, error="bad tools"), ModelRefused, "rejected the request: bad tools"),
        (Answer(status=422, error="bad field"), ModelRefused, "rejected the request: bad field"),
        (Answer(status=402, error="pay"), ModelRefused, "no credit left"),
        (Answer(status=404, error="gone"), ModelRefused, "does not know the model"),
        (Answer(status=404, error="gone"), ModelRefused, "It said: gone"),
        (
            Answer(status=404, error="No endpoints found that support tool use"),
            ModelRefused,
            "with tools, and Aether needs them: choose another model. It said: No endpoints found",
        ),
        (Answer(status=418, error="teapot"), ModelRefused, "HTTP 418: teapot"),
        (Answer(status=408, error="slow"), ModelBroken, "broke off: slow"),
        (Answer(status=500, error="oops"), ModelBroken, "broke off: oops"),
        (Answer(status=502, error="bad gateway"), ModelBroken, "broke off: bad gateway"),
        (Answer(status=503, error="Loading model"), ModelBusy, "is busy: Loading model"),
        (Answer(status=529, error="Overloaded"), ModelBusy, "is busy: Overloaded"),
        (Answer("so far", drop_after=420), ModelBroken, "broke off"),
        (Answer("so far", finish=False, usage=None), ModelBroken, "stopped before its end"),
        (Answer(), ModelBroken, "answered with nothing"),
        (Answer(thinking="Hm."), ModelBroken, "answered with nothing"),
        (Answer(garbage=b"event: error\ndata: {oops\n\n"), ModelBroken, "broke off"),
        (Answer("so far", error="it burns", kind="api_error"), ModelBroken, "it burns"),
    ],
)
async def test_failures_name_the_remedy(
    on: On, shape: str, answer: Answer, kind: type[ModelError], words: str
) -> None:
    error = await failure(on, shape, answer)
    assert type(error) is kind
    assert words in str(error)
    assert "127.0.0.1" in str(error)


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        ('{"error":{"message":"Provider returned error","code":502}}', ModelBroken, "Provider ret"),
        ('{"error":{"message":"Slow down","code":429}}', ModelBusy, "is busy: Slow down"),
        ('{"error":{"message":"No such tool","code":"bad_tool"}}', ModelRefused, "No such tool"),
        ('{"error":"model is asleep"}', ModelRefused, "model is asleep"),
        ('{"type":"error","error":{"type":"x","message":"Das geht nicht"}}', ModelRefused, "Das"),
    ],
)
async def test_an_error_that_comes_as_a_success_is_quoted(
    on: On, shape: str, body: str, kind: type[ModelError], words: str
) -> None:
    error = await failure(on, shape, Answer(json=body.encode()))
    assert type(error) is kind
    assert words in str(error)


async def test_a_success_that_is_no_stream_is_broken(on: On, shape: str) -> None:
    for body in (b"{}", b'"hello"', b"[]", b"{", b'{"error":null}'):
        assert isinstance(await failure(on, shape, Answer(json=body)), ModelBroken)


@pytest.mark.parametrize("key", ["x", "EMPTY", "ollama", "sk-xxx"])
@pytest.mark.usefixtures("key")
async def test_a_placeholder_for_a_key_is_not_taken_out_of_words(on: On, shape: str) -> None:
    words = "ollama: the text is EMPTY, next: sk-xxx"
    error = await failure(on, shape, Answer(status=400, error=words))
    assert words in str(error)


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refused_key_names_its_variable(on: On, shape: str, status: int) -> None:
    error = await failure(on, shape, Answer(status=status, error="no"))
    assert isinstance(error, ModelRefused)
    assert str(error).startswith(f"The model refused the key: set {KEY_NAMES[shape]}")


async def test_a_busy_server_names_its_wait(on: On, shape: str) -> None:
    error = await failure(on, shape, Answer(status=429, error="slow down", retry_after="7"))
    assert isinstance(error, ModelBusy)
    assert error.retry_after == 7.0
    error = await failure(on, shape, Answer(status=429, error="slow down"))
    assert isinstance(error, ModelBusy)
    assert error.retry_after is None


async def test_overload_in_mid_stream_is_busy(on: On) -> None:
    overloaded = Answer("so far", error="Overloaded", kind="overloaded_error")
    assert isinstance(await failure(on, "anthropic", overloaded), ModelBusy)


TOO_LONG = yaml.safe_load((Path(__file__).parent / "too_long.yaml").read_text("utf-8"))


async def test_too_long_a_conversation_is_told_apart(on: On, shape: str) -> None:
    said = [words for server in TOO_LONG["too long"].values() for words in server]
    answers = [Answer(status=s, error=words) for words in said for s in (400, 422)]
    left = iter(answers)
    async with ModelServer(lambda _: next(left)) as server:
        model = on(server, shape)
        for answer in answers:
            with pytest.raises(ContextTooLong) as caught:
                await play(model, Said("Hi."))
            assert answer.error[:200] in str(caught.value)


@pytest.mark.parametrize(
    ("shape", "answer"),
    [
        ("openai", Answer(status=400, error="no", kind="exceed_context_size_error")),
        ("openai", Answer(status=400, error="no", kind="model_max_prompt_tokens_exceeded")),
        ("openai", Answer(status=500, error="the request exceeds the available context size")),
        ("openai", Answer(status=413, error="too large")),
    ],
)
async def test_too_long_a_conversation_is_told_by_its_code(
    on: On, shape: str, answer: Answer
) -> None:
    assert isinstance(await failure(on, shape, answer), ContextTooLong)


@pytest.mark.parametrize("words", TOO_LONG["something else"])
async def test_other_lengths_and_limits_are_no_context(on: On, shape: str, words: str) -> None:
    assert not isinstance(await failure(on, shape, Answer(status=400, error=words)), ContextTooLong)
    assert isinstance(await failure(on, shape, Answer(status=429, error=words)), ModelBusy)


@pytest.mark.parametrize(("characters", "kind"), [(5_000_000, ContextTooLong), (400, ModelRefused)])
async def test_any_refusal_above_the_known_window_is_for_its_length(
    on: On, characters: int, kind: type[ModelError]
) -> None:
    refusing = Answer(status=400, error="invalid argument")
    for shape in ("anthropic", "openai-responses"):
        async with ModelServer([refusing]) as server:
            with pytest.raises(ModelError) as caught:
                await play(on(server, shape), Said("x" * characters))
            assert type(caught.value) is kind


@pytest.mark.parametrize(
    "chunk",
    [
        b'data: {"choices":"x"}\n\n',
        b'data: {"choices":[{"delta":5}]}\n\n',
        b"data: null\n\n",
        b'data: {"choices":[{"delta":{"tool_calls":5}}]}\n\n',
        b'event: message_start\ndata: {"type":"message_start","message":5}\n\n',
        b'event: content_block_delta\ndata: {"type":"content_block_delta"}\n\n',
        b"<html>Welcome</html>",
    ],
)
async def test_json_of_the_wrong_shape_is_broken(on: On, shape: str, chunk: bytes) -> None:
    assert isinstance(await failure(on, shape, Answer(garbage=chunk)), ModelBroken)


async def test_nobody_listens() -> None:
    async with ModelServer([]) as server:
        url = f"{server.url}/v1"
    model = DirectModel("m", lambda: connect(resolve(Options("openai:stub", url), "a test", {})))
    with pytest.raises(ModelBroken, match="does the server run"):
        await play(model, Said("Hi."))
    await model.aclose()


@pytest.mark.parametrize("status", [200, 400, 401, 404, 418, 429, 500, 503])
async def test_no_key_leaves_in_an_error(on: On, shape: str, key: str, status: int) -> None:
    echo = f"Incorrect key: {key} and sk-te*****cdef, see the console"
    error = await failure(on, shape, Answer("so far", status=status, error=echo))
    shown = "".join(traceback.format_exception(error)) + repr(error)
    assert key not in shown
    assert "cdef" not in shown


async def test_no_key_stands_in_a_representation(on: On, key: str) -> None:
    async with ModelServer([Answer("Hi.")]) as server:
        model = on(server, "openai")
        assert key not in repr(model) + repr(vars(model))
        assert key not in repr(await model.open())


async def test_words_of_providers_are_one_short_line(on: On, shape: str) -> None:
    error = await failure(on, shape, Answer(status=400, error="a\n\x1b[31m" + "b" * 5000))
    assert len(str(error)) < 400
    assert str(error).isprintable()


async def test_a_failed_turn_leaves_the_model_usable(on: On, shape: str) -> None:
    call = ToolCall("call_a", "shell", "{}")
    answers = iter([Answer("x", calls=(call,), drop_after=500), Answer("Back again.")])
    async with ModelServer(lambda _: next(answers)) as server:
        model = on(server, shape)
        with pytest.raises(ModelBroken):
            await play(model, Said("Hi."))
        assert (await play(model, Said("Hi."))).text == "Back again."
