"""A provider's finished answer as the port's `TurnEnded`."""

from __future__ import annotations

from dataclasses import replace

from pydantic_ai import __version__
from pydantic_ai.messages import (
    ModelMessagesTypeAdapter,
    ModelResponse,
    ModelResponsePart,
    TextPart,
    ThinkingPart,
    ToolCallPart,
)

from runtime.errors import ModelBroken, ModelRefused
from runtime.models.connection import Connection
from runtime.models.failures import one_line
from runtime.models.request import Request
from runtime.models.thinking import IN_TEXT, apart
from runtime.ports.model import RawCall, TurnEnded, Used
from runtime.tools.written_calls import written_calls

LIBRARY = f"pydantic-ai {__version__}"


def ended(response: ModelResponse, connection: Connection, request: Request) -> TurnEnded:
    """Raises ModelBroken for a stream that stopped early or said nothing, ModelRefused where the
    provider's filter left nothing, and ValueError for fields of the wrong type. A turn may be empty
    where it was cut, or made only calls that are forbidden: sent again, it would be the same."""
    if not connection.complete(response):
        raise ModelBroken(f"The answer from {connection.place} stopped before its end.")
    return _turn(response, connection, request)


def broken_off(response: ModelResponse, connection: Connection, request: Request) -> TurnEnded:
    """A turn that nobody reads to its end: what was complete of it, without the call that had just
    begun. Raises as `ended`."""
    last = next(part for part in reversed(response.parts) if isinstance(part, ToolCallPart))
    parts = [part for part in response.parts if part is not last]
    return _turn(replace(response, parts=parts, state="complete"), connection, request)


def _turn(response: ModelResponse, connection: Connection, request: Request) -> TurnEnded:
    response = replace(response, parts=_called(_told_apart(response), request))
    disobeyed = bool(response.tool_calls) and not request.may_call
    if disobeyed:
        # Weak servers ignore tool_choice; a call kept here would wait for a result for ever.
        kept = [part for part in response.parts if not isinstance(part, ToolCallPart)]
        response = replace(response, parts=kept)
    blob = ModelMessagesTypeAdapter.dump_json([response])
    ModelMessagesTypeAdapter.validate_json(blob)  # what cannot be read back must not be stored
    turn = TurnEnded(
        blob=blob.decode(),
        library=LIBRARY,
        text="".join(part.content for part in response.parts if isinstance(part, TextPart)),
        thinking="".join(part.content for part in response.parts if isinstance(part, ThinkingPart)),
        calls=tuple(_raw(part) for part in response.parts if isinstance(part, ToolCallPart)),
        used=_used(response, connection),
        cut=response.finish_reason == "length",
        notice=_stopped(response, connection),
    )
    if turn.text.strip() or turn.calls or turn.cut or disobeyed:
        return turn
    if turn.notice:
        raise ModelRefused(turn.notice)
    raise ModelBroken(f"The model at {connection.place} answered with nothing.", silent=True)


def _called(parts: list[ModelResponsePart], request: Request) -> list[ModelResponsePart]:
    """The parts with calls for the text of a model that knows no other way to make them."""
    names = {tool.name for tool in request.tools}
    if any(isinstance(part, ToolCallPart) for part in parts):
        return parts
    called = list[ModelResponsePart]()
    for part in parts:
        if not isinstance(part, TextPart):
            called.append(part)
            continue
        written = written_calls(part.content, names)
        called += [replace(part, content=written.rest)] if written.rest else []
        called += [ToolCallPart(c.tool, c.arguments, c.provider_call_id) for c in written.calls]
    return called


def _told_apart(response: ModelResponse) -> list[ModelResponsePart]:
    """The parts with thinking taken out of the text. A model that never left its thinking, and did
    nothing else, has answered in it."""
    parts, unclosed = apart([_whole_part(part) for part in response.parts])
    said = any(isinstance(part, TextPart | ToolCallPart) for part in parts)
    if not unclosed or said or response.finish_reason == "length":
        return parts
    return [
        TextPart(part.content) if isinstance(part, ThinkingPart) and part.id == IN_TEXT else part
        for part in parts
    ]


def _stopped(response: ModelResponse, connection: Connection) -> str:
    """Who ended the turn before the model did, in a sentence for people; else nothing."""
    if response.finish_reason != "content_filter":
        return ""
    details: dict[str, object] = response.provider_details or {}
    if refusal := one_line(str(details.get("refusal") or ""), connection):
        return f"The model at {connection.place} refused: “{refusal}”"
    return f"The content filter at {connection.place} stopped the answer."


def whole(text: str) -> str:
    """Servers that count in UTF-16 cut a character in two: put together again, or made visible."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _whole_part(part: ModelResponsePart) -> ModelResponsePart:
    match part:
        case TextPart(content=text) | ThinkingPart(content=text):
            return replace(part, content=whole(text))
        case ToolCallPart(args=str(text)):
            return replace(part, args=whole(text), tool_name=whole(part.tool_name))
        case _:
            return part


def _raw(call: ToolCallPart) -> RawCall:
    """Arguments as the model wrote them; a call without any gets an empty object."""
    arguments = call.args if isinstance(call.args, str) else call.args_as_json_str()
    return RawCall(call.tool_call_id, call.tool_name, arguments or "{}")


def _used(response: ModelResponse, connection: Connection) -> Used:
    usage = response.usage
    if not connection.counts or not (usage.input_tokens or usage.output_tokens):
        return Used(measured=False)
    try:
        cost = float(response.cost().total_price)
    except (LookupError, ValueError, AssertionError):  # no known price, or no name to look up
        cost = None
    return Used(usage.input_tokens, usage.output_tokens, cost)
