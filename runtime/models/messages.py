"""Aether's neutral messages as the provider library wants them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import groupby

from pydantic import ValidationError
from pydantic_ai.messages import (
    ModelMessage,
    ModelMessagesTypeAdapter,
    ModelRequest,
    ModelRequestPart,
    ToolReturnPart,
    UserPromptPart,
    repair_messages,
)

from runtime.errors import ModelRefused
from runtime.ports.model import Message, Responded, Returned, Said

NAME_LENGTH = 40


def conversation(messages: Sequence[Message], instructions: str) -> list[ModelMessage]:
    """A history that every provider accepts: it ends with a request, each call has one result.

    Raises ModelRefused for a stored turn that this version cannot read.
    """
    built: list[ModelMessage] = []
    for theirs, group in groupby(messages, key=lambda message: isinstance(message, Responded)):
        if theirs:
            built += [part for message in group for part in _turns(message)]
        else:
            built.append(ModelRequest(parts=_parts(group), instructions=instructions))
    if not built or not isinstance(built[-1], ModelRequest):
        # Providers answer requests only; after a turn that was cut, this is what we mean.
        built.append(ModelRequest(parts=[UserPromptPart("Continue.")], instructions=instructions))
    return repair_messages(built)


def _turns(message: Message) -> list[ModelMessage]:
    assert isinstance(message, Responded)
    try:
        return ModelMessagesTypeAdapter.validate_json(message.blob)
    except ValidationError as error:
        kinds = ", ".join(sorted({problem["type"] for problem in error.errors()}))
        raise ModelRefused(
            f"A stored turn of the model cannot be read ({kinds}): if a newer Aether wrote this "
            "journal, run that version; else start a new thread."
        ) from None


def _parts(messages: Iterable[Message]) -> list[ModelRequestPart]:
    """Results first: providers want them right behind the turn that made the calls."""
    results: list[ModelRequestPart] = []
    words: list[ModelRequestPart] = []
    for message in messages:
        match message:
            case Returned(provider_call_id=call_id, tool=tool, content=content):
                results.append(ToolReturnPart(tool, content, tool_call_id=call_id))
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
