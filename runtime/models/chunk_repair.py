"""Chunks of chat completions as OpenAI sends them, whatever form a server gave them.

Each mending is proved by a stream in the tests; it can go when that stream passes without it.
"""

from __future__ import annotations

from typing import Any, cast

from openai.types.chat.chat_completion_chunk import (
    ChatCompletionChunk,
    Choice,
    ChoiceDelta,
    ChoiceDeltaToolCall,
)

_FILTERS = frozenset(
    {"sensitive", "safety", "blocklist", "prohibited_content", "guardrail_intervened"}
)
_STOPS = frozenset({"eos", "eos_token", "stop_sequence", "end_turn"})


def mended(chunk: ChatCompletionChunk) -> ChatCompletionChunk:
    """The same chunk, changed in place: the provider library checks nothing either."""
    for choice in chunk.choices or ():
        choice.finish_reason = cast(Any, _reason(choice))
        if isinstance(cast(object, choice.delta), ChoiceDelta):
            _calls(choice.delta)
            _content(choice.delta)
    return chunk


def _reason(choice: Choice) -> str | None:
    given = str(choice.finish_reason or "").lower()
    if given in _FILTERS or given.startswith("content_filter"):
        return "content_filter"
    if given in _STOPS:
        return "stop"
    return choice.finish_reason


def _calls(delta: ChoiceDelta) -> None:
    """TGI sends one call in the place of a list; LocalAI the form of before there were several."""
    calls: object = delta.tool_calls
    if isinstance(calls, dict):
        delta.tool_calls = [ChoiceDeltaToolCall.construct(**cast(dict[str, Any], calls))]
    elif calls is None and delta.function_call is not None:
        function = delta.function_call.to_dict()
        delta.tool_calls = [ChoiceDeltaToolCall.construct(index=0, function=function)]


def _content(delta: ChoiceDelta) -> None:
    """Mistral sends pieces with a type, those of its thinking inside one more."""
    content: object = delta.content
    if not isinstance(content, list):
        return
    pieces = [cast(dict[str, Any], p) for p in cast(list[object], content) if isinstance(p, dict)]
    delta.content = "".join(_text(piece) for piece in pieces if piece.get("type") != "thinking")
    if thought := "".join(_text(p) for piece in pieces for p in piece.get("thinking") or ()):
        setattr(delta, "reasoning_content", thought)  # noqa: B010  a field of other servers


def _text(piece: dict[str, Any]) -> str:
    return str(piece.get("text") or "")
