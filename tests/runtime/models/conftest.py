"""Models on the stub server, closed at the end of a test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from model_play import On
from model_server import ModelServer
from pydantic import SecretStr

from runtime.models.connect import connect
from runtime.models.request import Limits
from runtime.models.selection import resolve
from runtime.models.spec import Effort, Options
from runtime.models.turn import DirectModel

NAMES = {
    "openai": "openai:stub",
    "openai-responses": "openai-responses:gpt-6.1-terra",
    "anthropic": "anthropic:claude-sonnet-5-5",
}


@pytest.fixture
def key() -> str:
    """What the models of `on` send as their key."""
    return "sk-test-0123456789abcdef"


@pytest.fixture(params=["openai", "anthropic"])
def shape(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
async def on(key: str) -> AsyncIterator[On]:
    models: list[DirectModel] = []

    def build(
        server: ModelServer,
        shape: str,
        limits: Limits | None = None,
        thinking: Effort = "",
    ) -> DirectModel:
        url = server.url if shape == "anthropic" else f"{server.url}/v1"
        options = Options(NAMES[shape], url, SecretStr(key), thinking=thinking)
        spec = resolve(options, "a test", {})
        models.append(DirectModel(spec.label, lambda: connect(spec), limits))
        return models[-1]

    yield build
    for model in models:
        await model.aclose()
