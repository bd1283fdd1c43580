"""Arguments of a call: sent as JSON, as a form or in the query string, they mean the same."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any, cast

from aiohttp import web

from adapters.simulators.slack.refusal import Refusal
from adapters.simulators.slack.wire import Json


async def received(request: web.Request) -> Json:
    """The query string, and over it the body."""
    found: Json = dict(request.query) | _client(request.headers.get("Authorization", ""))
    if request.method != "POST":
        return found
    if request.content_type == "application/json":
        return found | _object(await request.text())
    form = await request.post()
    return found | {name: value for name, value in form.items() if isinstance(value, str)}


def _client(header: str) -> Json:
    """An app may name itself by HTTP Basic, as the SDK does for oauth.v2.access."""
    scheme, _, given = header.partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        name, _, secret = base64.b64decode(given, validate=True).decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": name, "client_secret": secret}


def _object(text: str) -> Json:
    try:
        body = json.loads(text or "{}")
    except ValueError:
        raise Refusal("invalid_json") from None
    if not isinstance(body, dict):
        raise Refusal("json_not_object")
    return cast("Json", body)


@dataclass(frozen=True, slots=True)
class Arguments:
    """Absent, null and "" are the same for Slack, except where `has` asks."""

    given: Json

    def has(self, name: str) -> bool:
        return self.given.get(name) is not None

    def text(self, name: str) -> str:
        value = self.given.get(name)
        if value is None:
            return ""
        if isinstance(value, dict | list):
            raise Refusal("invalid_arguments", f"[ERROR] must be a string [json-pointer:/{name}]")
        return str(cast("object", value))

    def maybe(self, name: str) -> str | None:
        return self.text(name) or None

    def flag(self, name: str) -> bool:
        return self.given.get(name) in (True, 1, "1", "true", "True")

    def number(self, name: str, default: int, least: int, most: int) -> int:
        text = self.text(name)
        if not text:
            return default
        try:
            value = int(float(text))
        except ValueError:
            raise Refusal("invalid_arguments", f"[ERROR] must be a number: {name}") from None
        return min(most, max(least, value))

    def data(self, name: str, error: str) -> Any:
        """An object or a list, also when it came as a JSON string; None where it is absent."""
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise Refusal(error) from None

    def objects(self, name: str, error: str) -> tuple[Json, ...] | None:
        """A list of objects; None where it is absent."""
        value = self.data(name, error)
        if value is None:
            return None
        if not isinstance(value, list):
            raise Refusal(error)
        items = cast("list[object]", value)
        if not all(isinstance(item, dict) for item in items):
            raise Refusal(error)
        return tuple(cast("list[Json]", items))

    def object(self, name: str, error: str) -> Json | None:
        value = self.data(name, error)
        if value is not None and not isinstance(value, dict):
            raise Refusal(error)
        return cast("Json | None", value)

    def names(self, name: str) -> tuple[str, ...]:
        """A list of ids, or one string with commas."""
        value = self.data(name, "invalid_arguments") if self.text_is_json(name) else None
        if isinstance(value, list):
            return tuple(str(item) for item in cast("list[object]", value))
        given = self.given.get(name)
        if isinstance(given, list):
            return tuple(str(item) for item in cast("list[object]", given))
        return tuple(filter(None, (part.strip() for part in str(given or "").split(","))))

    def text_is_json(self, name: str) -> bool:
        value = self.given.get(name)
        return isinstance(value, str) and value.startswith("[")
