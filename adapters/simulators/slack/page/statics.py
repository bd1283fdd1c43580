"""Style and script: the page's own, and what it shares with the workbench."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable

from aiohttp import web

OWN = resources.files("adapters.simulators.slack.page") / "static"
SHARED = resources.files("adapters.web") / "static"
_FROM_WORKBENCH = frozenset({"base.css", "code.css", "emoji.css", "morph.js", "icon.svg"})
_KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


async def static(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    kind = _KINDS.get(name.rpartition(".")[2])
    found: Traversable = (SHARED if name in _FROM_WORKBENCH else OWN) / name
    if kind is None or name.startswith(".") or "/" in name or not found.is_file():
        raise web.HTTPNotFound(text="There is no such page.")
    headers = {"Cache-Control": "no-cache"}
    body = found.read_bytes()
    return web.Response(body=body, content_type=kind, charset="utf-8", headers=headers)
