"""What the stub of a model server answers, and the bytes of it in each provider's shape."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from model_responses import response_end, response_words

Event = dict[str, Any]  # JSON of a provider's stream


@dataclass(frozen=True, slots=True)
class ToolCall:
    """`arguments` is sent as it is, so it may be cut or no JSON at all."""

    id: str
    tool: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: a stream of words and calls, or an HTTP error."""

    text: str = ""
    thinking: str = ""
    calls: tuple[ToolCall, ...] = ()
    cut: bool = False
    """Ends at the token limit."""
    finish: bool = True
    """False leaves the end of the stream away, as a proxy does that closes cleanly too early."""
    usage: tuple[int, int] | None = (120, 30)
    status: int = 200
    error: str = ""
    """The message of an HTTP error, or of an error event in the stream where status is 200."""
    kind: str = "invalid_request_error"
    retry_after: str = ""
    drop_after: int | None = None
    """Bytes of the body after which the connection is torn down."""
    hold: asyncio.Event | None = None
    """Waited for between the words and the end."""
    rate: float = 0.0
    """Tokens (words) a second; 0 is as fast as it goes."""
    comments: bool = False
    """Comments keep the connection busy while `hold` is waited for."""
    garbage: bytes = b""
    """Sent in the place of the words."""
    json: bytes = b""
    """Sent in the place of a stream, as a success."""


def words(text: str) -> list[str]:
    """Pieces as a provider streams them; together they are the text."""
    pieces = text.split(" ")
    return [piece + " " for piece in pieces[:-1]] + [piece for piece in pieces[-1:] if piece]


def halves(text: str) -> tuple[str, str]:
    return text[: len(text) // 2], text[len(text) // 2 :]


def sse(event: Event, named: bool) -> bytes:
    name = f"event: {event['type']}\n" if named else ""
    return f"{name}data: {json.dumps(event, ensure_ascii=False)}\n\n".encode()


# --- chat completions ----------------------------------------------------------------------------


def chat_words(answer: Answer, model: str) -> Iterator[bytes]:
    yield _chat(model, {"role": "assistant", "content": ""})
    for piece in words(answer.thinking):
        yield _chat(model, {"reasoning_content": piece})
    for piece in words(answer.text):
        yield _chat(model, {"content": piece})


def chat_end(answer: Answer, model: str) -> Iterator[bytes]:
    for index, call in enumerate(answer.calls):
        head = {"name": call.tool, "arguments": ""}
        yield _chat_call(
            model, {"index": index, "id": call.id, "type": "function", "function": head}
        )
        for half in halves(call.arguments):
            yield _chat_call(model, {"index": index, "function": {"arguments": half}})
    if answer.error:
        yield sse({"error": {"message": answer.error, "type": answer.kind}}, named=False)
    if not answer.finish:
        return
    reason = "length" if answer.cut else "tool_calls" if answer.calls else "stop"
    yield _chat(model, {}, reason)
    if answer.usage is not None:
        given, made = answer.usage
        usage = {"prompt_tokens": given, "completion_tokens": made, "total_tokens": given + made}
        yield sse({**_chat_frame(model), "choices": [], "usage": usage}, named=False)
    yield b"data: [DONE]\n\n"


def _chat_frame(model: str) -> Event:
    return {"id": "chat-1", "object": "chat.completion.chunk", "created": 1, "model": model}


def _chat(model: str, delta: Event, reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    return sse({**_chat_frame(model), "choices": [choice]}, named=False)


def _chat_call(model: str, call: Event) -> bytes:
    return _chat(model, {"tool_calls": [call]})


# --- Anthropic messages --------------------------------------------------------------------------


def anthropic_words(answer: Answer, model: str) -> Iterator[bytes]:
    given = answer.usage[0] if answer.usage else 0
    yield _block(
        "message_start",
        message={
            "id": "msg_1", "type": "message", "role": "assistant", "model": model, "content": [],
            "stop_reason": None, "stop_sequence": None,
            "usage": {"input_tokens": given, "output_tokens": 1},
        },
    )  # fmt: skip
    if answer.thinking:
        opening = {"type": "thinking", "thinking": "", "signature": ""}
        deltas = [{"type": "thinking_delta", "thinking": w} for w in words(answer.thinking)]
        yield from _content(0, opening, [*deltas, {"type": "signature_delta", "signature": "sig"}])
    if answer.text:
        deltas = [{"type": "text_delta", "text": piece} for piece in words(answer.text)]
        yield from _content(1, {"type": "text", "text": ""}, deltas)


def anthropic_end(answer: Answer, model: str) -> Iterator[bytes]:
    del model
    for index, call in enumerate(answer.calls, start=2):
        opening: Event = {"type": "tool_use", "id": call.id, "name": call.tool, "input": {}}
        parts = halves(call.arguments)
        deltas = [{"type": "input_json_delta", "partial_json": part} for part in parts]
        yield from _content(index, opening, deltas)
    if answer.error:
        yield _block("error", error={"type": answer.kind, "message": answer.error})
    if not answer.finish:
        return
    reason = "max_tokens" if answer.cut else "tool_use" if answer.calls else "end_turn"
    made = answer.usage[1] if answer.usage else 0
    ending = {"stop_reason": reason, "stop_sequence": None}
    yield _block("message_delta", delta=ending, usage={"output_tokens": made})
    yield _block("message_stop")


def _content(index: int, opening: Event, deltas: list[Event]) -> Iterator[bytes]:
    yield _block("content_block_start", index=index, content_block=opening)
    for delta in deltas:
        yield _block("content_block_delta", index=index, delta=delta)
    yield _block("content_block_stop", index=index)


def _block(kind: str, **fields: Any) -> bytes:  # JSON
    return sse({"type": kind, **fields}, named=True)


# --- the shapes ----------------------------------------------------------------------------------

Frames = Callable[[Answer, str], Iterator[bytes]]

SHAPES: dict[str, tuple[Frames, Frames]] = {
    "/chat/completions": (chat_words, chat_end),
    "/messages": (anthropic_words, anthropic_end),
    "/responses": (response_words, response_end),
}
"""By the end of the path: the words of an answer, and what follows them."""


def error_body(answer: Answer) -> bytes:
    """Both providers put the same two fields in the same place."""
    error = {"type": answer.kind, "message": answer.error, "code": None}
    return json.dumps({"type": "error", "error": error}).encode()
