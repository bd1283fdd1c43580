"""Requests to Discord against the OpenAPI file that Discord publishes: plays a whole story on the
local Discord and checks every body that the adapter sent.

The file is not part of this repository: `make conformance DISCORD_OPENAPI=path`.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jsonschema
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "stubs"))

from discord_plays import play

from adapters.simulators.discord.call import Recorded

_JSONSCHEMA: Any = jsonschema  # it has no types of its own
_FILE = "urn:discord"
_LONGEST = 240  # characters of a deviation's reason


class Requests:
    """What the file says of the bodies of requests. Ids may be integers in it: Discord takes both
    ("API Reference", ID Serialization), and the library sends them so."""

    def __init__(self, document: dict[str, Any]) -> None:
        snowflake = document["components"]["schemas"]["SnowflakeType"]
        snowflake["type"] = ["string", "integer"]
        resource: Resource[Any] = Resource(document, DRAFT202012)
        self._registry: Registry[Any] = Registry[Any]().with_resource(_FILE, resource)
        self._pointers = {
            (method.upper(), _bare(path)): f"/paths/{_escaped(path)}/{method}/requestBody"
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
            if method != "parameters" and "requestBody" in operation
        }

    def deviation(self, call: Recorded) -> str | None:
        """How the body differs from what the file asks for."""
        pointer = self._pointers.get((call.method, _bare(call.route)))
        if pointer is None:
            return "the file knows no body of this request"
        reference = f"{_FILE}#{quote(pointer)}/content/application~1json/schema"
        check = _JSONSCHEMA.Draft202012Validator({"$ref": reference}, registry=self._registry)
        found = _JSONSCHEMA.exceptions.best_match(check.iter_errors(call.body))
        return found and f"{found.json_path}: {found.message[:_LONGEST]}"


def main(openapi: Path) -> int:
    """The exit code: 0 if no body deviates."""
    requests = Requests(json.loads(openapi.read_text()))
    with tempfile.TemporaryDirectory() as folder:
        sent = [call for call in asyncio.run(play(Path(folder))) if call.body is not None]
    for (method, route), count in sorted(Counter((c.method, c.route) for c in sent).items()):
        print(f"{count:5}  {method} {route}")  # noqa: T201 -- it is for people
    deviations = Counter(_deviations(requests, sent))
    for text, count in deviations.items():
        print(f"DEVIATES {count} times: {text}")  # noqa: T201
    print(f"{len(sent)} bodies, {deviations.total()} deviate.")  # noqa: T201
    return 1 if deviations or not sent else 0


def _deviations(requests: Requests, sent: Sequence[Recorded]) -> Iterator[str]:
    for call in sent:
        if (why := requests.deviation(call)) is not None:
            yield f"{call.method} {call.route}: {why}"


def _bare(path: str) -> str:
    """Without the names of its parameters."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def _escaped(path: str) -> str:
    """As a part of a JSON pointer."""
    return path.replace("~", "~0").replace("/", "~1")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
