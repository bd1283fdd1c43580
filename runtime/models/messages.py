"""Aether's neutral messages as the provider library wants them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain, count, groupby
from typing import TypeVar

from pydantic import ValidationError
from pydantic_ai.messages import (
    ModelMessage,
    ModelMessagesTypeAdapter,
    ModelRequest,
    ModelRequestPart,
    ModelResponse,
    ModelResponsePart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
    repair_messages,
)

from runtime.errors import ModelRefused
from runtime.ports.model import Message, Responded, Returned, Said

T = TypeVar("T")

NAME_LENGTH = 40
_NO_NAME = re.compile(r"[^a-zA-Z0-9_-]")


def conversation(messages: Sequence[Message], instructions: str) -> list[ModelMessage]:
    """A history that every provider accepts: it ends with a request, each call has one result.

    Raises ModelRefused for a stored turn that this version cannot read.
    """
    built: list[ModelMessage] = []
    aliases = _Aliases()
    for theirs, group in groupby(messages, key=lambda message: isinstance(message, Responded)):
        if theirs:
            built += [turn for message in group for turn in _turns(message, aliases)]
        else:
            built.append(ModelRequest(parts=_parts(group, aliases), instructions=instructions))
    if not built or not isinstance(built[-1], ModelRequest):
        # Providers answer requests only; after a turn that was cut, this is what we mean.
        built.append(ModelRequest(parts=[UserPromptPart("Continue.")], instructions=instructions))
    return repair_messages(built)


class _Aliases:
    """Weak servers give several calls one id, or none, and models invent names of tools. Providers
    refuse both, for the rest of the conversation."""

    def __init__(self) -> None:
        self._used: set[str] = set()
        self._waiting: defaultdict[str, deque[str]] = defaultdict(deque)

    def called(self, part: ModelResponsePart) -> ModelResponsePart:
        if not isinstance(part, ToolCallPart):
            return part
        given = part.tool_call_id
        names = chain([given], (f"{given or 'call'}_{n}" for n in count(2)))
        alias = next(name for name in names if name and name not in self._used)
        self._used.add(alias)
        self._waiting[given].append(alias)
        name, arguments = tool_name(part.tool_name), _sendable(part.args)
        return replace(part, tool_call_id=alias, tool_name=name, args=arguments)

    def returned(self, given: str) -> str:
        """The results of a turn come in the order of its calls."""
        waiting = self._waiting[given]
        return waiting.popleft() if waiting else given


def _sendable(arguments: T) -> T | str:
    """NaN and numbers beyond all bounds are no JSON: a request that holds one fails as a whole."""
    if not isinstance(arguments, str):
        return arguments
    try:
        given = json.loads(arguments)
    except (ValueError, RecursionError):
        return arguments  # the library knows how to send half an object
    try:
        json.dumps(given, allow_nan=False)
    except ValueError:
        return json.dumps({"INVALID_JSON": arguments})
    return arguments


def tool_name(name: str) -> str:
    """A tool's name in the characters that every provider takes."""
    return _NO_NAME.sub("_", name)[:64] or "unknown"


def _turns(message: Message, aliases: _Aliases) -> list[ModelMessage]:
    assert isinstance(message, Responded)
    try:
        turns = ModelMessagesTypeAdapter.validate_json(message.blob)
    except ValidationError as error:
        kinds = ", ".join(sorted({problem["type"] for problem in error.errors()}))
        raise ModelRefused(
            f"A stored turn of the model cannot be read ({kinds}): if a newer Aether wrote this "
            "journal, run that version; else start a new thread."
        ) from None
    return [_renamed(turn, aliases) for turn in turns]


def _renamed(turn: ModelMessage, aliases: _Aliases) -> ModelMessage:
    if not isinstance(turn, ModelResponse):
        return turn
    return replace(turn, parts=[aliases.called(part) for part in turn.parts])


def _parts(messages: Iterable[Message], aliases: _Aliases) -> list[ModelRequestPart]:
    """Results first: providers want them right behind the turn that made the calls."""
    results: list[ModelRequestPart] = []
    words: list[ModelRequestPart] = []
    for message in messages:
        match message:
            case Returned(provider_call_id=call_id, tool=tool, content=content):
                alias = aliases.returned(call_id)
                results.append(ToolReturnPart(tool_name(tool), content, tool_call_id=alias))
            case Said():
                words.append(UserPromptPart(spoken(message)))
            case Responded():
                raise AssertionError("a model's turn is no part of a request")
    return results + words


def spoken(said: Said) -> str:
    """The words, with who says them; a name can neither end its brackets nor begin a line."""
    if not said.author:
        return said.text
    return f"[{display_name(said.author)}]: {said.text}"


def display_name(author: str) -> str:
    """An untrusted name as one short line of visible characters, never empty."""
    visible = "".join(
        " " if unicodedata.category(mark)[0] in "CZ" or mark in "[]" else mark
        for mark in author[: NAME_LENGTH * 10]
    )
    return " ".join(visible.split())[:NAME_LENGTH].rstrip() or "someone"
