"""Which model is chosen, what people read about it, and which key goes where."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from model_answers import Answer
from model_play import play
from model_server import ModelServer
from pydantic import SecretStr
from pydantic_ai.models import KnownModelName

from runtime.errors import Misconfigured
from runtime.models import local
from runtime.models.local import LocalServer
from runtime.models.selection import Chosen, choose, resolve
from runtime.models.spec import HOMES, Options, Provider
from runtime.ports.model import Said

SECRET = "sk-do-not-show"
OPENAI = {"OPENAI_API_KEY": SECRET}
ANTHROPIC = {"ANTHROPIC_API_KEY": SECRET}
ELSEWHERE = {"OPENAI_BASE_URL": "http://gpu.example:8000/v1/"}


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    # Patched: a slow machine may take longer than people want to wait for a start.
    monkeypatch.setattr(local, "LOOK_SECONDS", 60.0)


MODELS = {
    "fast": Options("openai:qwen3", "http://gpu.example/v1", SecretStr("own"), max_tokens=500),
    "bare": Options("openai:qwen3", "http://gpu.example/v1"),
    "toy": Options("demo"),
}


@pytest.mark.parametrize(
    ("environ", "wanted", "name", "place", "because"),
    [
        ({**OPENAI, "AETHER_MODEL": "anthropic:x"}, "openai:gpt-9", "openai:gpt-9",
         "api.openai.com", "the model setting"),
        ({**OPENAI, **ANTHROPIC, "AETHER_MODEL": "anthropic:x"}, "", "anthropic:x",
         "api.anthropic.com", "AETHER_MODEL"),
        ({**ELSEWHERE, "AETHER_MODEL": "openai:qwen3"}, "", "openai:qwen3",
         "gpu.example:8000", "AETHER_MODEL"),
        ({**OPENAI, **ANTHROPIC}, "", "openai-responses:gpt-6.1-terra",
         "api.openai.com", "OPENAI_API_KEY"),
        ({**OPENAI, "OPENAI_BASE_URL": "https://api.openai.com/v1/"}, "",
         "openai-responses:gpt-6.1-terra", "api.openai.com", "OPENAI_API_KEY"),
        (ANTHROPIC, "", "anthropic:claude-sonnet-5-5", "api.anthropic.com", "ANTHROPIC_API_KEY"),
        ({}, "fast", "openai:qwen3", "gpu.example", "the model setting"),
        ({"AETHER_MODEL": " fast "}, "", "openai:qwen3", "gpu.example", "AETHER_MODEL"),
        ({"OPENAI_BASE_URL": "http://me:pass@gpu.example/v1", "AETHER_MODEL": "openai:q"}, "",
         "openai:q", "gpu.example", "AETHER_MODEL"),
    ],
)  # fmt: skip
async def test_the_nearest_word_decides(
    environ: dict[str, str], wanted: str, name: str, place: str, because: str
) -> None:
    chosen = await choose(environ, wanted, MODELS, places=())
    assert chosen.model.name == name
    assert chosen.why == f"{name} at {place}, because of {because}."
    assert SECRET not in repr(chosen)


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [({}, ""), ({}, "demo"), ({"AETHER_MODEL": "demo", **OPENAI}, ""), ({}, "toy"),
     ({"OPENAI_API_KEY": " ", "AETHER_MODEL": ""}, "")],
)  # fmt: skip
async def test_the_demo_is_named_as_what_it_is(environ: dict[str, str], wanted: str) -> None:
    chosen = await choose(environ, wanted, MODELS, places=())
    assert chosen.model.name == "demo"
    assert chosen.spec is None
    assert chosen.why.startswith("The built-in demo model plays a script")


@pytest.mark.parametrize(
    ("environ", "wanted", "words"),
    [
        ({}, "gpt-9", "the model setting names the model 'gpt-9'"),
        ({"AETHER_MODEL": "gemini:x"}, "", "AETHER_MODEL names the model 'gemini:x'"),
        ({}, "openai:", "names no model"),
        ({}, "openai:a b", "names no model"),
        ({}, "openai:gpt-9", "needs a key: set OPENAI_API_KEY"),
        ({}, "anthropic:x", "needs a key: set ANTHROPIC_API_KEY"),
        ({**OPENAI, "OPENAI_BASE_URL": "gpu.example"}, "openai:x", "OPENAI_BASE_URL is no address"),
        ({"OPENAI_BASE_URL": "http://a:b:c/v1"}, "", "OPENAI_BASE_URL is no address"),
        ({"OPENAI_API_KEY": f"{SECRET}\nx"}, "openai:x", "OPENAI_API_KEY holds characters"),
        ({"OPENAI_API_KEY": f"“{SECRET}”"}, "", "OPENAI_API_KEY holds characters"),
    ],
)
async def test_what_cannot_work_names_its_remedy(
    environ: dict[str, str], wanted: str, words: str
) -> None:
    with pytest.raises(Misconfigured, match=words) as caught:
        await choose(environ, wanted, MODELS, places=())
    assert SECRET not in str(caught.value)


def test_a_key_of_the_environment_goes_to_no_other_server() -> None:
    assert resolve(MODELS["bare"], "a test", OPENAI).api_key is None
    own = resolve(MODELS["fast"], "a test", OPENAI).api_key
    assert own is not None
    assert own.get_secret_value() == "own"
    theirs = resolve(Options("openai:x"), "a test", {**OPENAI, **ELSEWHERE}).api_key
    assert theirs is not None
    assert theirs.get_secret_value() == SECRET


def test_the_default_models_are_known_to_the_library() -> None:
    known = get_args(KnownModelName.__value__)
    assert f"openai:{HOMES[Provider.RESPONSES].default}" in known
    assert f"anthropic:{HOMES[Provider.ANTHROPIC].default}" in known


async def answered(chosen: Chosen) -> str:
    turn = await play(chosen.model, Said("Hi."))
    await chosen.model.aclose()
    return turn.text


async def test_a_local_server_is_found_and_answers() -> None:
    names = ["text-embedding-nomic", "bge-m3:latest", "qwen3:8b", "llama3"]
    async with ModelServer([]) as gone:
        nobody = gone.port
    async with (
        ModelServer([], models=[]) as empty,
        ModelServer([Answer("Here.")], models=names) as server,
    ):
        places = [LocalServer("Ollama", nobody), LocalServer("llama-server", empty.port)]
        chosen = await choose({}, places=[*places, LocalServer("LM Studio", server.port)])
        assert chosen.model.name == "openai:qwen3:8b"
        assert "LM Studio on this machine" in chosen.why
        assert "AETHER_MODEL" in chosen.why
        assert await answered(chosen) == "Here."
    assert server.requests[0].path == "/v1/models"
    assert server.requests[1].body["model"] == "qwen3:8b"


async def test_a_server_without_a_chat_model_is_passed_over() -> None:
    async with ModelServer([], models=["nomic-embed-text"]) as server:
        chosen = await choose({}, places=[LocalServer("Ollama", server.port)])
    assert chosen.model.name == "demo"


async def test_a_server_that_is_no_model_server_is_passed_over() -> None:
    async with ModelServer([], models=[""]) as server:
        chosen = await choose({}, places=[LocalServer("llama-server", server.port)])
    assert chosen.model.name == "demo"


async def test_a_base_url_alone_asks_its_server_for_a_model() -> None:
    async with ModelServer([Answer("Here.")], models=["mistral"]) as server:
        environ = {"OPENAI_BASE_URL": f"{server.url}/v1/", "OPENAI_API_KEY": SECRET}
        chosen = await choose(environ, places=())
        assert chosen.model.name == "openai:mistral"
        assert await answered(chosen) == "Here."
    assert {r.headers["authorization"] for r in server.requests} == {f"Bearer {SECRET}"}


async def test_a_list_of_many_models_is_read_to_its_end() -> None:
    """Gateways answer with hundreds of kilobytes, which come in many pieces."""
    async with ModelServer([], models=[f"lab/mistral-{n:0200}" for n in range(3000)]) as server:
        chosen = await choose({"OPENAI_BASE_URL": f"{server.url}/v1"}, places=())
    assert chosen.model.name == f"openai:lab/mistral-{0:0200}"


async def test_a_base_url_without_an_answer_names_its_remedy() -> None:
    async with ModelServer([], models=[]) as server:
        with pytest.raises(Misconfigured, match="AETHER_MODEL=openai:NAME"):
            await choose({"OPENAI_BASE_URL": f"{server.url}/v1"}, places=())


async def test_options_reach_the_request() -> None:
    async with ModelServer([Answer("Yes.")]) as server:
        options = Options("openai:qwen3", f"{server.url}/v1", max_tokens=77)
        chosen = await choose({}, "mine", {"mine": options}, places=())
        await answered(chosen)
    assert server.requests[0].body["max_tokens"] == 77
    assert "strict" not in server.requests[0].body["tools"][0]["function"]


async def test_thinking_is_the_models_own_or_the_general_one() -> None:
    own = Options("openai:gpt-5.6-terra", "http://gpu.example/v1", thinking="high")
    for options, effort in ((own, "high"), (replace(own, thinking=""), "low")):
        chosen = await choose({}, "mine", {"mine": options}, thinking="low", places=())
        assert chosen.spec is not None
        assert chosen.spec.options.thinking == effort


async def test_reasoning_models_behind_a_gateway_get_the_field_they_want() -> None:
    async with ModelServer([Answer("Yes.")]) as server:
        options = Options("openai:gpt-5.6-terra", f"{server.url}/v1", thinking="low")
        chosen = await choose({}, "mine", {"mine": options}, places=())
        await answered(chosen)
    body = server.requests[0].body
    assert body["max_completion_tokens"] == 1000
    assert "max_tokens" not in body
    assert body["reasoning_effort"] == "low"


def printed(code: str) -> str:
    """What a fresh interpreter prints: this one has imported everything."""
    command = [sys.executable, "-c", code]
    root = Path(__file__).parents[3]
    done = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip()


def test_choosing_imports_no_provider() -> None:
    code = (
        "import asyncio, sys\n"
        "from runtime.models import demo, probe, script, selection\n"
        "asyncio.run(selection.choose({'OPENAI_API_KEY': 'k'}, places=()))\n"
        "print(sorted({'pydantic_ai', 'openai', 'anthropic'} & set(sys.modules)))\n"
    )
    assert printed(code) == "[]"


def test_one_provider_does_not_import_the_other() -> None:
    code = (
        "import sys\n"
        "from runtime.models import connect, exchange, selection\n"
        "from runtime.models.spec import Options\n"
        "connect.connect(selection.resolve(Options('openai:x', 'http://127.0.0.1:1/v1'), '', {}))\n"
        "print('openai' in sys.modules, 'anthropic' in sys.modules)\n"
    )
    assert printed(code) == "True False"
