"""The plain HTTP side: sessions, health, figures, and the page itself."""

from __future__ import annotations

import hashlib

from aiohttp import web

from adapters.web import app_keys
from adapters.web.agent_socket import agent_socket
from adapters.web.cards import cards
from adapters.web.chat_socket import chat_socket
from adapters.web.export import export
from adapters.web.files import download, upload
from adapters.web.login import STATIC, entry, login
from adapters.web.names import allowed
from adapters.web.replay import replay
from runtime.ids import session_id

_KINDS = {
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
    "html": "text/html",
    "webmanifest": "application/manifest+json",
}
_FRESH = {"Cache-Control": "no-cache"}  # kept, and asked about each time
_MOST = 200  # sessions of one answer


def add_routes(app: web.Application) -> None:
    app.add_routes(
        [
            web.get("/", page),
            web.get("/s/{session_id}", page),
            web.get("/static/{name}", static),
            web.post("/login", login),
            web.get("/ws/agent/{session_id}", agent_socket),
            web.get("/ws/chat", chat_socket),
            web.post("/files", upload),
            web.get("/sessions/{session_id}/files/{artifact}", download),
            web.get("/sessions", sessions),
            web.get("/sessions/{session_id}", standing),
            web.get("/sessions/{session_id}/cards", cards),
            web.get("/sessions/{session_id}/replay", replay),
            web.get("/sessions/{session_id}/export", export),
            web.get("/healthz", healthz),
            web.get("/readyz", readyz),
            web.get("/metrics", metrics),
        ]
    )


async def page(request: web.Request) -> web.Response:
    if not request.app[app_keys.ACCESS].signed_in(request):
        return entry(request)
    sprite = (STATIC / "sprite.svg").read_text(encoding="utf-8")
    text = (STATIC / "index.html").read_text(encoding="utf-8")
    return web.Response(text=text.replace("<!--sprite-->", sprite), content_type="text/html")


async def static(request: web.Request) -> web.Response:
    found = _file(request.match_info["name"])
    if found.etag is not None and found.etag in (request.if_none_match or ()):
        return web.Response(status=304, headers={"ETag": found.headers["ETag"]} | _FRESH)
    return found


def _file(name: str) -> web.Response:
    # A name without a folder in it: the route matches no slash.
    found = STATIC / name
    kind = _KINDS.get(name.rpartition(".")[2])
    if kind is None or name.startswith(".") or "/" in name or not found.is_file():
        raise web.HTTPNotFound(text="There is no such page.")
    content = found.read_bytes()
    answer = web.Response(body=content, content_type=kind, charset="utf-8", headers=_FRESH)
    answer.etag = hashlib.sha256(content).hexdigest()[:16]
    return answer


async def sessions(request: web.Request) -> web.Response:
    """?q= searches, ?limit= bounds."""
    limit = request.query.get("limit", "50")
    if not (limit.isascii() and limit.isdecimal() and len(limit) < 5 and int(limit)):
        raise web.HTTPBadRequest(text="limit: must be a number from 1.")
    words = request.query.get("q", "")[:200]
    found = await request.app[app_keys.SUMMARIES].search(words, min(int(limit), _MOST))
    return web.json_response({"sessions": [summary.json() for summary in found]})


async def standing(request: web.Request) -> web.Response:
    """How a session stands, for programs that follow it."""
    context, address = request.app[app_keys.CONTEXT], await allowed(request)
    session = session_id(address)
    stands = await context.standing(session)
    return web.json_response(
        {
            "session_id": session,
            "address": address.model_dump(),
            "idle": stands.idle,
            "paused": stands.paused,
            "shown": stands.shown,
        }
    )


async def healthz(request: web.Request) -> web.Response:
    """The process lives."""
    return web.Response(text="ok\n")


async def readyz(request: web.Request) -> web.Response:
    """The journal can be read."""
    await request.app[app_keys.CONTEXT].sessions.list(1)
    return web.Response(text="ready\n")


async def metrics(request: web.Request) -> web.Response:
    return web.Response(
        body=request.app[app_keys.METRICS].text(), content_type="text/plain", charset="utf-8"
    )
