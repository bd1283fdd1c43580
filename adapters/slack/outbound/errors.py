"""What Slack's answers mean for whoever wanted something done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from pydantic import ValidationError
from slack_sdk.errors import SlackApiError

from adapters.ports.errors import (
    Deleted,
    Immutable,
    RateLimited,
    Rejected,
    SurfaceFault,
    Unanswered,
    Unshowable,
)
from adapters.ports.rate_limit import RateLimit
from adapters.slack.error_codes import code_of, is_about_content, needed_by, remedy_of
from runtime.ids import Value

_LIMITED = frozenset({"ratelimited", "rate_limited"})
_PATIENCE = 3.0  # seconds, where a refusal names none
_UNKNOWN = frozenset(
    {"fatal_error", "internal_error", "messaging_processing_failed", "request_timeout"}
    | {"org_login_required", "service_unavailable", "team_added_to_org", "update_failed"}
)
_SAYING = frozenset(
    {"chat.postMessage", "chat.update", "chat.startStream", "chat.appendStream", "chat.stopStream"}
)
_TOO_LARGE = 413  # HTTP status: the answer has no code
_FROZEN = frozenset({"block_mismatch", "cant_update_message", "edit_window_closed"})


class _Messages(Value):
    messages: tuple[str, ...] = ()


class _Told(Value):
    response_metadata: _Messages = _Messages()


class Refusal(Rejected):
    """Slack said no. `code` is its word for the reason."""

    def __init__(self, code: str, text: str, why: str = "") -> None:
        super().__init__(text, why)
        self.code = code


class ContentRefusal(Refusal, Unshowable):
    """Slack does not take what the message is made of."""


def fault_of(method: str, rate_limit: RateLimit, error: SlackApiError) -> SurfaceFault:
    """The answer's meaning. Its text names the method and the reason, never what was sent."""
    code, status = code_of(error), _status(error)
    if status == 429 or code in _LIMITED:
        return RateLimited(rate_limit, _retry_after(error))
    is_content = method in _SAYING and is_about_content(code)
    if method in _SAYING and status == _TOO_LARGE:
        code, is_content = code or "request_too_large", True
    elif not code or status >= 500 or code in _UNKNOWN:
        return Unanswered(f"Slack did not do {method}: {code or f'HTTP status {status}'}")
    if code in _FROZEN or code == "message_not_found":
        return (Immutable if code in _FROZEN else Deleted)(f"Slack refused {method}: {code}")
    why = remedy_of(error) or f"Slack says {code}"
    kind = ContentRefusal if is_content else Refusal
    return kind(code, f"Slack refused {method}: {code}{_way_on(code, error)}.", why)


def lost(method: str, error: Exception) -> Unanswered:
    """No answer came."""
    return Unanswered(f"Slack did not answer {method}: {type(error).__name__}")


def _way_on(code: str, error: SlackApiError) -> str:
    if code == "missing_scope":
        return f" {needed_by(error)}: {remedy_of(error)}"
    sentence = remedy_of(error) or _messages(error)
    return f", {sentence}" if sentence else ""


def _messages(error: SlackApiError) -> str:
    """What is wrong with the arguments: places in the payload, not what stands there."""
    try:
        told = _Told.model_validate(getattr(_response(error), "data", None))
    except ValidationError:
        return ""
    return "; ".join(told.response_metadata.messages)[:200]


def _status(error: SlackApiError) -> int:
    response = _response(error)
    found = getattr(response, "status_code", getattr(response, "status", 0))
    return found if isinstance(found, int) else 0


def _retry_after(error: SlackApiError) -> float:
    headers = cast(Mapping[str, str], getattr(_response(error), "headers", None) or {})
    # Names of headers may come in any case, and the SDK keeps them as they came.
    found = next((headers[name] for name in headers if name.lower() == "retry-after"), "")
    return float(found) if found.isdigit() else _PATIENCE


def _response(error: SlackApiError) -> object:
    """The SDK's, or the HTTP client's where the body was no JSON."""
    return cast(object, error.response)
