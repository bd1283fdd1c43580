"""Bodies of requests: JSON, or multipart with payload_json and files[n]."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from aiohttp import BodyPartReader, web
from pydantic import JsonValue

from adapters.simulators.discord import refusals
from adapters.simulators.discord.call import Sent
from adapters.simulators.discord.refusals import Refusal

REQUEST_LIMIT = 25 * 1024 * 1024
_FILE = re.compile(r"files?\[(\d{1,4})\]")


@dataclass(frozen=True, slots=True)
class Read:
    body: JsonValue = None
    files: Mapping[int, Sent] = field(default_factory=dict[int, Sent])


async def read(request: web.Request) -> Read:
    """Raises Refusal 40005 over REQUEST_LIMIT, 50109 for what is no JSON."""
    large = (request.content_length or 0) > REQUEST_LIMIT
    if request.content_type.startswith("multipart/"):
        taken = await _parts(request)
    else:
        taken = Read(_parse(await request.read()))
    if large:
        raise refusals.too_large()
    return taken


async def _parts(request: web.Request) -> Read:
    body: JsonValue = None
    files: dict[int, Sent] = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        data = bytes(await part.read())
        if part.name == "payload_json":
            body = _parse(data)
        elif found := _FILE.fullmatch(part.name or ""):
            files[int(found[1])] = Sent(part.filename or "unknown", data)
    return Read(body, files)


def _parse(data: bytes) -> JsonValue:
    if not data:
        return None
    try:
        return cast(JsonValue, json.loads(data))
    except ValueError:
        raise Refusal(400, 50109, "The request body contains invalid JSON.") from None
