"""Sends one turn and turns the provider's stream into Aether's deltas."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator

from pydantic_ai.exceptions import ModelAPIError, UnexpectedModelBehavior
from pydantic_ai.messages import (
    ModelResponseStreamEvent,
    PartDeltaEvent,
    PartStartEvent,
    TextPart,
    TextPartDelta,
    ThinkingPart,
    ThinkingPartDelta,
    ToolCallPart,
)

from runtime.errors import ModelBroken
from runtime.models.connection import Connection
from runtime.models.context_length import tokens
from runtime.models.failures import explain
from runtime.models.messages import conversation
from runtime.models.opening import opened
from runtime.models.reply import broken_off, ended, whole
from runtime.models.request import Limits, Request
from runtime.models.thinking import Thinking
from runtime.ports.model import ModelDelta, TextDelta, ThinkingDelta

MOST_CALLS = 128
"""Tool calls of one turn that are read. The library looks at all parts again for each new one, so
that 3,000 would hold up the process for minutes; a model that asks for more is cut short."""

# What the libraries raise when a server sends JSON of the wrong shape: they check nothing.
UNREADABLE = (AttributeError, AssertionError, LookupError, TypeError, ValueError)


async def exchange(
    connection: Connection, request: Request, limits: Limits
) -> AsyncGenerator[ModelDelta]:
    """Stream one turn. Raises ModelError; whatever the library raises is translated here."""
    history = conversation(request.messages, request.instructions)
    thinking = Thinking()
    try:
        async with opened(connection, request, limits, history) as stream:
            calls = 0
            async for event in stream:
                calls += _begins_call(event)
                if calls > MOST_CALLS:
                    break
                for delta in _apart(_spoken(event), thinking):
                    yield delta
            response = stream.get()
        for delta in thinking.finish():
            yield delta
        end = broken_off if calls > MOST_CALLS else ended
        turn = end(response, connection, request)
        if thinking.unclosed and turn.text:
            yield TextDelta(turn.text)  # all that it said stood behind an opening tag
    except (ModelAPIError, UnexpectedModelBehavior) as error:
        # Not "from error": its text and body may hold the key that the provider echoed.
        raise explain(error, connection, tokens(history)) from None
    except UNREADABLE as error:
        kind = type(error).__name__
        raise ModelBroken(f"{connection.place} sent what no model sends ({kind}).") from error
    yield turn


def _begins_call(event: ModelResponseStreamEvent) -> bool:
    return isinstance(event, PartStartEvent) and isinstance(event.part, ToolCallPart)


def _apart(delta: ThinkingDelta | TextDelta | None, thinking: Thinking) -> Iterator[ModelDelta]:
    match delta:
        case TextDelta(text=text):
            yield from thinking.feed(text)
        case ThinkingDelta():
            yield delta
        case None:
            pass


def _spoken(event: ModelResponseStreamEvent) -> ThinkingDelta | TextDelta | None:
    """The words in an event. Calls are told by the end of the turn; unknown events are skipped."""
    match event:
        case PartStartEvent(part=ThinkingPart(content=text)) if text:
            return ThinkingDelta(whole(text))
        case PartStartEvent(part=TextPart(content=text)) if text:
            return TextDelta(whole(text))
        case PartDeltaEvent(delta=ThinkingPartDelta(content_delta=str(text))) if text:
            return ThinkingDelta(whole(text))
        case PartDeltaEvent(delta=TextPartDelta(content_delta=text)) if text:
            return TextDelta(whole(text))
        case _:
            return None
