"""The provider library's models of OpenAI's two APIs, with what other servers need.

Each override is proved by a stream in the tests; it can go when that stream passes without it.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from openai.types.chat.chat_completion_chunk import (
    ChatCompletionChunk,
    Choice,
    ChoiceDeltaToolCall,
)
from openai.types.chat.chat_completion_chunk import ChoiceDeltaToolCallFunction as Function
from pydantic_ai.messages import ModelResponseStreamEvent
from pydantic_ai.models.openai import (
    OpenAIChatModel,
    OpenAIStreamedResponse,
)
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.usage import RequestUsage

from runtime.models.call_fragments import CallFragments
from runtime.models.chunk_repair import mended


def newest(before: RequestUsage, now: RequestUsage) -> RequestUsage:
    """Usage counts from the beginning of the turn, whenever it is sent: the last value counts, and
    a server that sends half of it at a time means both."""
    return replace(
        now,
        input_tokens=now.input_tokens or before.input_tokens,
        output_tokens=now.output_tokens or before.output_tokens,
    )


@dataclass
class ChatStream(OpenAIStreamedResponse):
    """One turn of a server that speaks chat completions more or less."""

    _calls: CallFragments = field(default_factory=CallFragments, init=False)

    def __post_init__(self) -> None:
        # The library takes a tag that is alone in its chunk for thinking, wherever it stands.
        self._model_profile = self._model_profile | OpenAIModelProfile(thinking_tags=("", ""))

    async def _validate_response(self) -> AsyncIterator[ChatCompletionChunk]:
        async for chunk in self._response:
            yield mended(chunk)

    def _add_usage(self, usage: RequestUsage, *, reported: bool, cumulative: bool = False) -> None:
        if reported:
            super()._add_usage(newest(self._usage, usage), reported=True, cumulative=True)

    def _map_tool_call_delta(self, choice: Choice) -> Iterable[ModelResponseStreamEvent]:
        """The library knows a call by its index alone, and glues names together."""
        for fragment in choice.delta.tool_calls or ():
            self._number(fragment)
        return super()._map_tool_call_delta(choice)

    def _number(self, fragment: ChoiceDeltaToolCall) -> None:
        function = fragment.function or Function()
        arguments = _text(function.arguments)
        call, name = self._calls.add(
            _number(fragment.index), str(fragment.id or ""), str(function.name or ""), arguments
        )
        fragment.index, fragment.id = call.place, call.id or None
        # A call without any name is one too: the library keeps none that has not even an empty one.
        fragment.function = Function(name=name, arguments=arguments)


class ChatModel(OpenAIChatModel):
    @property
    def _streamed_response_cls(self) -> type[OpenAIStreamedResponse]:
        return ChatStream


def _text(arguments: Any) -> str:
    """Some servers send the arguments as the object that they are."""
    return arguments if isinstance(arguments, str) else json.dumps(arguments) if arguments else ""


def _number(index: Any) -> int | None:
    """Servers send it as a text, too, or not at all."""
    return int(index) if isinstance(index, int | str) and str(index).isdecimal() else None
