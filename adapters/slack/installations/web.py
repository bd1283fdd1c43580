"""The SDK's client with types, and without retries: whoever calls decides what a failure means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, cast

from slack_sdk.web.async_client import AsyncWebClient

Json = dict[str, Any]


class Answer(Protocol):
    """What the SDK gives for every call that Slack did."""

    data: object  # of JSON, or of bytes
    headers: Mapping[str, str]


class _Caller(Protocol):
    async def api_call(
        self,
        api_method: str,
        *,
        http_verb: str = ...,
        params: Json | None = ...,
        json: Json | None = ...,
    ) -> Answer: ...


def client(base_url: str, token: str = "") -> AsyncWebClient:
    return AsyncWebClient(token=token or None, base_url=base_url, timeout=30, retry_handlers=[])


async def read(web: AsyncWebClient, method: str, **arguments: Any) -> Json:
    """A method that reads takes its arguments from the address. Raises SlackApiError if Slack says
    no, ClientError or TimeoutError if it says nothing."""
    caller = cast(_Caller, web)
    return body_of(await caller.api_call(method, http_verb="GET", params=_given(arguments)))


async def ask(web: AsyncWebClient, method: str, **arguments: Any) -> Json:
    """A method that does something, and takes its arguments from the address. Raises as `read`
    does."""
    return body_of(await cast(_Caller, web).api_call(method, params=_given(arguments)))


async def write(web: AsyncWebClient, method: str, **arguments: Any) -> Json:
    """A method that does something. Raises as `read` does."""
    return body_of(await cast(_Caller, web).api_call(method, json=_given(arguments)))


async def prove(web: AsyncWebClient, method: str) -> Answer:
    """A method that only looks at the token; `headers` of the answer name its scopes. Raises as
    `read` does."""
    return await cast(_Caller, web).api_call(method)


def _given(arguments: Json) -> Json:
    return {name: value for name, value in arguments.items() if value is not None}


def body_of(answer: Answer) -> Json:
    found = answer.data
    return cast(Json, found) if isinstance(found, dict) else {}
