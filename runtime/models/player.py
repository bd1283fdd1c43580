"""Plays a script as if a provider streamed it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import cast

from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.models.function import (
    AgentInfo,
    DeltaThinkingCalls,
    DeltaThinkingPart,
    DeltaToolCall,
    DeltaToolCalls,
    FunctionModel,
)

from runtime.models.connection import Connection
from runtime.models.script import Call, Heard, Result, Script, Turn, cue

Piece = str | DeltaThinkingCalls | DeltaToolCalls

NAME = re.compile(r"\A\[[^\]\n]*\]: ")


def connect(script: Script, name: str, pace: float) -> Connection:
    """A connection whose provider is the script; `pace` is seconds from one piece to the next."""

    async def play(messages: list[ModelMessage], info: AgentInfo) -> AsyncIterator[Piece]:
        heard = hear(messages, info)
        number = sum(isinstance(message, ModelResponse) for message in messages)
        for piece in pieces(cue(script, heard), heard, number):
            await asyncio.sleep(pace)
            yield piece

    return Connection(
        model=FunctionModel(stream_function=play, model_name=name),
        place="the built-in script",
        key_name="",
        complete=lambda _: True,
        counts=False,
    )


def hear(messages: Sequence[ModelMessage], info: AgentInfo) -> Heard:
    """A task begins behind the last turn without calls: people may speak in its middle."""
    starts = [
        index + 1
        for index, message in enumerate(messages)
        if isinstance(message, ModelResponse) and not message.tool_calls
    ]
    task = messages[starts[-1] if starts else 0 :]
    turns = [message for message in task if isinstance(message, ModelResponse)]
    parts = [
        part for message in task if isinstance(message, ModelRequest) for part in message.parts
    ]
    said = [str(part.content) for part in parts if isinstance(part, UserPromptPart)]
    calls = {
        call.tool_call_id: call.args_as_json_str() for turn in turns for call in turn.tool_calls
    }
    settings = cast(Mapping[str, object], info.model_settings or {})  # its types name legacy httpx
    forbidden = settings.get("tool_choice") == "none"
    return Heard(
        words=NAME.sub("", said[-1]) if said else "",
        results=tuple(
            Result(part.tool_name, calls.get(part.tool_call_id, ""), part.model_response_str())
            for part in parts
            if isinstance(part, ToolReturnPart)
        ),
        played=len(turns),
        tools=frozenset() if forbidden else frozenset(tool.name for tool in info.function_tools),
    )


def pieces(turn: Turn, heard: Heard, number: int) -> Iterator[Piece]:
    """A turn in the order and the sizes in which a provider would send it."""
    for words in _words(turn.thinking):
        yield {0: DeltaThinkingPart(content=words)}
    yield from _words(turn.text if isinstance(turn.text, str) else turn.text(heard))
    for index, call in enumerate(turn.calls, start=1):
        yield {index: DeltaToolCall(call.tool, tool_call_id=f"call_{number}_{index}")}
        for words in _words(_arguments(call, heard)):
            yield {index: DeltaToolCall(json_args=words)}


def _arguments(call: Call, heard: Heard) -> str:
    if isinstance(call.arguments, str):
        return call.arguments
    given = call.arguments(heard) if callable(call.arguments) else call.arguments
    return json.dumps(given, ensure_ascii=False)


def _words(text: str) -> list[str]:
    return re.findall(r"\s*\S+\s*|\s+", text)
