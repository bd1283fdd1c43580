"""Opens a provider. Each library is imported by the first model that needs it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, get_args

from pydantic_ai.messages import ModelResponse
from pydantic_ai.models import Model, create_async_httpx2_client

from runtime.models.connection import Connection
from runtime.models.spec import HOMES, Provider, Spec
from runtime.models.stream_repair import mended
from runtime.secret_text import is_secret

if TYPE_CHECKING:
    from httpx2 import AsyncClient

# Servers that want no key get this one: the libraries insist on some.
NO_KEY = "none"


def connect(spec: Spec) -> Connection:
    """Make the client of a model; sends nothing."""
    key = spec.api_key.get_secret_value() if spec.api_key is not None else NO_KEY
    http = _http(spec)
    match spec.provider:
        case Provider.OPENAI:
            model, complete = _chat(spec, key, http), _chat_complete
        case Provider.RESPONSES:
            model, complete = _responses(spec, key, http), _complete
        case Provider.ANTHROPIC:
            model, complete = _anthropic(spec, key, http), _complete
    return Connection(
        model=model,
        place=spec.place,
        key_name=HOMES[spec.provider].key_name,
        complete=complete,
        redact=_redaction(spec),
        close=http.aclose,
        strict_tools=spec.options.strict_tools,
        thinking=spec.options.thinking,
    )


def _http(spec: Spec) -> AsyncClient:
    from httpx2 import AsyncHTTPTransport, Limits

    if not spec.on_this_machine:
        return mended(create_async_httpx2_client())
    # With a transport of our own, a proxy of the environment is not asked for this machine.
    pool = Limits(max_connections=1000, max_keepalive_connections=20)
    return mended(create_async_httpx2_client(transport=AsyncHTTPTransport(limits=pool)))


def _chat(spec: Spec, key: str, http: AsyncClient) -> Model:
    from pydantic_ai.profiles.openai import OpenAIModelProfile, openai_model_profile
    from pydantic_ai.providers.openai import OpenAIProvider
    from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

    from runtime.models.chat import ChatModel

    if spec.at_home:
        home = OpenAIProvider(base_url=spec.base_url, api_key=key, http_client=http)
        return ChatModel(spec.name, provider=home)
    # Local servers know `max_tokens` only; OpenAI's reasoning models, behind a gateway, refuse it.
    reasons = bool((openai_model_profile(spec.name) or {}).get("openai_supports_reasoning"))
    other = OpenAICompatibleProvider(
        spec.place, base_url=spec.base_url, api_key=key, http_client=http
    )
    profile = OpenAIModelProfile(openai_chat_supports_max_completion_tokens=reasons)
    return ChatModel(spec.name, provider=other, profile=profile)


def _responses(spec: Spec, key: str, http: AsyncClient) -> Model:
    from openai.types.responses import ResponseStreamEvent
    from pydantic_ai.models.openai import OpenAIResponsesModel, OpenAIResponsesModelSettings
    from pydantic_ai.providers.openai import OpenAIProvider

    for event in get_args(get_args(ResponseStreamEvent)[0]):
        event.model_rebuild()  # the first turn would do it, and stop the event loop for a second
    settings = OpenAIResponsesModelSettings(openai_store=False)
    if spec.options.thinking:
        settings["openai_reasoning_summary"] = "auto"  # else people see no thinking at all
    home = OpenAIProvider(base_url=spec.base_url, api_key=key, http_client=http)
    return OpenAIResponsesModel(spec.name, provider=home, settings=settings)


def _anthropic(spec: Spec, key: str, http: AsyncClient) -> Model:
    from pydantic_ai.models.anthropic import AnthropicModel
    from pydantic_ai.providers.anthropic import AnthropicProvider

    home = AnthropicProvider(base_url=spec.base_url, api_key=key, http_client=http)
    return AnthropicModel(spec.name, provider=home)


def _complete(response: ModelResponse) -> bool:
    return response.finish_reason is not None


def _chat_complete(response: ModelResponse) -> bool:
    """The library invents a reason where a server sent none, and takes it away from a refusal; some
    servers never send one, but they do send usage, which comes last."""
    details: dict[str, Any] = response.provider_details or {}
    known = details.get("finish_reason") or details.get("refusal")
    return bool(known or response.usage.output_tokens)


def _redaction(spec: Spec) -> Callable[[str], str]:
    """Providers echo keys: whole, or as `sk-ab***yz`."""
    masked = re.compile(r"\b\w{2,8}-[\w*.-]*\*{2,}[\w*.-]*")
    key = "" if spec.api_key is None else spec.api_key.get_secret_value()
    secrets = [key] if is_secret(key) else []

    def redact(text: str) -> str:
        for secret in secrets:
            text = text.replace(secret, "[key]")
        return masked.sub("[key]", text)

    return redact
