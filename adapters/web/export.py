"""A session as one file that can be kept, sent and opened anywhere."""

from __future__ import annotations

from contextlib import aclosing
from importlib import resources

from aiohttp import web

from adapters.web import keys
from adapters.web.agent_socket import NAME
from adapters.web.draw.buttons import still
from adapters.web.draw.fragment import Fragment
from adapters.web.draw.tags import Html, div, el, join
from adapters.web.files import disposition

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"  # a saved page has no headers
_STYLES = ("base.css", "page.css", "talk.css", "code.css")


async def export(request: web.Request) -> web.Response:
    """HTML with its style inside; no script, and nothing that is loaded from elsewhere."""
    name = request.match_info["session_id"]
    if not NAME.fullmatch(name):
        raise web.HTTPNotFound(text="There is no such session.")
    session = await request.app[keys.DOOR].session(name)
    async with aclosing(request.app[keys.STAGES].watch(session)) as stages:
        stage = await anext(stages)
        fragments = list(stage.fragments.values())
    page = _page(fragments)
    return web.Response(
        text=page,
        content_type="text/html",
        headers={
            "Content-Disposition": disposition(f"aether-{session[:8]}.html"),
            "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
        },
    )


def _page(fragments: list[Fragment]) -> str:
    def region(name: str) -> Html:
        return join(still(f.piece.html) for f in fragments if f.piece.region == name)

    folder = resources.files("adapters.web") / "static"
    style = Html("\n".join((folder / name).read_text(encoding="utf-8") for name in _STYLES))
    sprite = Html((folder / "sprite.svg").read_text(encoding="utf-8"))
    policy = el("meta", {"http-equiv": "Content-Security-Policy", "content": _POLICY})
    metas = (el("meta", {"charset": "utf-8"}), policy)
    head = el("head", None, *metas, el("style", None, style))
    body = el(
        "body",
        {"class": "exported"},
        sprite,
        el("h1", None, region("title")),
        div("exported-status", region("status")),
        region("plan"),
        el("main", {"class": "stream"}, region("stream")),
        el("h2", None, "Timeline"),
        region("timeline"),
    )
    return f"<!doctype html>{el('html', {'lang': 'en'}, head, body)}"
