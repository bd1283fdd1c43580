"""Opens the stream of one turn, and asks once more where a server refuses its own thinking."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import replace

from pydantic_ai.direct import model_request_stream
from pydantic_ai.exceptions import ModelAPIError, ModelHTTPError
from pydantic_ai.messages import ModelMessage, ModelResponse, ThinkingPart
from pydantic_ai.models import ModelRequestParameters, StreamedResponse
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import ToolDefinition

from runtime.models.connection import Connection
from runtime.models.context_length import too_long
from runtime.models.failures import said_by
from runtime.models.request import Limits, Request

_REFUSED = frozenset({400, 422})


@asynccontextmanager
async def opened(
    connection: Connection, request: Request, limits: Limits, history: list[ModelMessage]
) -> AsyncGenerator[StreamedResponse]:
    """The stream of a turn. Servers that send thinking do not all take it back, and do not all say
    so when they refuse: then the conversation is sent again without, and from then on."""
    plain = without_thinking(history)
    if connection.unfit_thinking:
        history = plain
    async with AsyncExitStack() as stack:
        try:
            stream = await stack.enter_async_context(_sent(connection, request, limits, history))
        except ModelHTTPError as refusal:
            if plain == history or not _may_be_thinking(refusal, connection):
                raise
            again = _sent(connection, request, limits, plain)
            try:
                stream = await stack.enter_async_context(again)
            except ModelAPIError:
                raise refusal from None  # it was something else
            connection.unfit_thinking.append(said_by(refusal, connection))
        yield stream


def _may_be_thinking(refusal: ModelHTTPError, connection: Connection) -> bool:
    return refusal.status_code in _REFUSED and not too_long(refusal, said_by(refusal, connection))


def without_thinking(history: list[ModelMessage]) -> list[ModelMessage]:
    """The conversation without what the model thought; turns that were nothing else go."""
    kept = [_thoughtless(message) for message in history]
    return [message for message in kept if message.parts]


def _thoughtless(message: ModelMessage) -> ModelMessage:
    if not isinstance(message, ModelResponse):
        return message
    return replace(message, parts=[p for p in message.parts if not isinstance(p, ThinkingPart)])


def _sent(
    connection: Connection, request: Request, limits: Limits, history: list[ModelMessage]
) -> AbstractAsyncContextManager[StreamedResponse]:
    return model_request_stream(
        connection.model,
        history,
        model_settings=_settings(connection, request, limits),
        model_request_parameters=_tools(connection, request),
        instrument=False,  # message bodies belong in the journal, not in traces
    )


def _settings(connection: Connection, request: Request, limits: Limits) -> ModelSettings:
    settings = ModelSettings(
        max_tokens=request.max_tokens,  # else Anthropic's is 64,000
        max_retries=0,  # the step retries, and tells people
        timeout=limits.silence,
        first_event_timeout=limits.silence,
        request_timeout=limits.whole,
        cache=True,
    )
    if request.tools and not request.may_call:
        settings["tool_choice"] = "none"
    if connection.thinking:
        settings["thinking"] = connection.thinking
    return settings


def _tools(connection: Connection, request: Request) -> ModelRequestParameters:
    return ModelRequestParameters(
        function_tools=[
            ToolDefinition(
                name=tool.name,
                description=tool.description,
                parameters_json_schema=tool.parameters,
                strict=None if connection.strict_tools else False,
            )
            for tool in request.tools
        ],
        allow_text_output=True,
    )
