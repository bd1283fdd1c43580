"""Looks for a model server on this machine, and asks a server what it serves."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import aiohttp
from pydantic import BaseModel, SecretStr, ValidationError

ANSWER_BYTES = 1 << 20
"""What is read of a list: gateways name hundreds of models."""

LOOK_SECONDS = 2.0
"""For a server on this machine, which may be busy starting other things too."""

# Servers list every model they hold, and these hold no conversation.
NO_CHAT = re.compile(
    r"embed|rerank|whisper|tts|bge-|gte-|minilm|e5-|clip|dall-e|image|moderation|transcri", re.I
)


@dataclass(frozen=True, slots=True)
class LocalServer:
    """Where a kind of server usually answers on this machine."""

    kind: str
    port: int

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"


PLACES = (
    LocalServer("Ollama", 11434),
    LocalServer("llama-server", 8080),
    LocalServer("LM Studio", 1234),
)


@dataclass(frozen=True, slots=True)
class Served:
    """A chat model that a local server offers."""

    place: LocalServer
    name: str


class _Entry(BaseModel):
    id: str


class _Listing(BaseModel):
    data: list[_Entry]


async def find(places: Sequence[LocalServer] = PLACES) -> Served | None:
    """The first chat model of the first server that answers in time; all are asked at once."""
    names = await asyncio.gather(
        *(first_chat_model(place.base_url, None, LOOK_SECONDS) for place in places)
    )
    for place, name in zip(places, names, strict=True):
        if name is not None:
            return Served(place, name)
    return None


async def first_chat_model(base_url: str, key: SecretStr | None, seconds: float) -> str | None:
    """What GET /models names first; None where nothing, or nothing of use, answers in time."""
    headers: Mapping[str, str] = {}
    if key is not None:
        headers = {"Authorization": f"Bearer {key.get_secret_value()}"}
    patience = aiohttp.ClientTimeout(total=seconds)
    try:
        async with (
            aiohttp.ClientSession(timeout=patience, headers=headers) as http,
            http.get(f"{base_url}/models", allow_redirects=False) as answer,
        ):
            if answer.status != 200:
                return None
            listing = _Listing.model_validate_json(await _beginning(answer.content))
    except (aiohttp.ClientError, TimeoutError, OSError, ValidationError):
        return None
    return next((m.id for m in listing.data if m.id and NO_CHAT.search(m.id) is None), None)


async def _beginning(stream: aiohttp.StreamReader) -> bytes:
    """Up to ANSWER_BYTES, or a part more: one `read` returns only what has come so far."""
    body = bytearray()
    while len(body) < ANSWER_BYTES and (part := await stream.readany()):
        body += part
    return bytes(body)
