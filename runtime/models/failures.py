"""What the provider library raises, as errors that tell people what to do."""

from __future__ import annotations

from typing import cast

from pydantic_ai.exceptions import (
    AgentRunError,
    ModelAPIError,
    ModelAuthenticationError,
    ModelConnectionError,
    ModelHTTPError,
    ModelNotFoundError,
    ModelQuotaExceededError,
    ModelRateLimitError,
    ModelRequestRejectedError,
    ModelRequestTimeout,
    ModelTimeoutError,
    ModelUnavailableError,
)

from runtime.errors import ContextTooLong, ModelBroken, ModelBusy, ModelError, ModelRefused
from runtime.models.connection import Connection
from runtime.models.context_length import too_long

WORDS_LENGTH = 300


def explain(error: AgentRunError, connection: Connection, size: int = 0) -> ModelError:
    """The error to raise instead: it never holds the key, whatever the provider echoed. `size` is
    about how many tokens the request had."""
    words = said_by(error, connection)
    if too_long(error, words, size):
        return ContextTooLong(
            f"The conversation no longer fits the model; go on in a new thread. It said: {words}"
        )
    match error:
        case ModelAuthenticationError():
            return ModelRefused(
                f"The model refused the key: set {connection.key_name} for {connection.place}."
            )
        case ModelQuotaExceededError():
            return ModelRefused(
                f"The account at {connection.place} has no credit left: top it up, or set another "
                f"{connection.key_name}."
            )
        case ModelNotFoundError():
            return _not_found(error, connection, words)
        case ModelRequestRejectedError():
            return ModelRefused(f"{connection.place} rejected the request: {words}")
        case ModelRateLimitError() | ModelUnavailableError():
            return ModelBusy(f"{connection.place} is busy: {words}", error.retry_after)
        case _:
            return _broken(error, connection, words)


def _not_found(error: ModelNotFoundError, connection: Connection, words: str) -> ModelError:
    """Routers answer so, too, where they know the model and nobody who serves it as it is asked."""
    if "tool" in words.lower():
        return ModelRefused(
            f"{connection.place} has nobody who serves {error.model_name!r} with tools, and Aether "
            f"needs them: choose another model. It said: {words}"
        )
    return ModelRefused(
        f"{connection.place} does not know the model {error.model_name!r}: check its name, and "
        f"that the base URL ends where the server's API begins (often /v1). It said: {words}"
    )


def _broken(error: AgentRunError, connection: Connection, words: str) -> ModelError:
    match error:
        case ModelConnectionError(phase="connect" | "pool"):
            return ModelBroken(f"No connection to {connection.place}: does the server run?")
        case ModelRequestTimeout() | ModelTimeoutError():
            return ModelBroken(f"{connection.place} was silent for too long: {words}")
        case ModelHTTPError(status_code=status) if 300 <= status < 500 and status != 408:
            return ModelRefused(f"{connection.place} answered with HTTP {status}: {words}")
        case _:
            return ModelBroken(f"The answer from {connection.place} broke off: {words}")


def said_by(error: AgentRunError, connection: Connection) -> str:
    """The provider's own words: one line of bounded length, without the key."""
    body = error.body if isinstance(error, ModelAPIError) else None
    return one_line(_message(body) or error.message, connection)


def one_line(text: str, connection: Connection) -> str:
    """Foreign words as they may be shown."""
    text = connection.redact(text)
    line = " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
    return line if len(line) <= WORDS_LENGTH else f"{line[:WORDS_LENGTH]}…"


def _message(body: object) -> str:
    """The sentence in an error's JSON: servers agree on these names, not on how deep they stand."""
    if isinstance(body, dict):
        fields = cast(dict[str, object], body)  # JSON of the provider
        return next(
            (t for n in ("message", "error", "detail") if (t := _message(fields.get(n)))), ""
        )
    return str(body or "")
