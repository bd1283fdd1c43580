"""A session as one file that can be kept, sent and opened anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import aclosing
from importlib import resources
from re import sub

from aiohttp import web

from adapters.web import app_keys
from adapters.web.embedded import embedded
from adapters.web.files import disposition
from adapters.web.names import allowed
from adapters.web.render import panel
from adapters.web.render.buttons import still
from adapters.web.render.fragment import Fragment
from adapters.web.render.tags import Html, div, el, join
from adapters.web.render.text import one_line
from runtime.ids import session_id
from runtime.view import ThreadView

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_STYLES = ("base.css", "page.css", "talk.css", "code.css")


async def export(request: web.Request) -> web.Response:
    """HTML with its style inside; no script, and nothing that is loaded from elsewhere."""
    session = session_id(await allowed(request))
    async with aclosing(request.app[app_keys.LIVE_VIEWS].watch(session)) as live_views:
        live_view = await anext(live_views)
        fragments, view = list(live_view.fragments.values()), live_view.view
    page = await embedded(_page(fragments, view), request.app[app_keys.CONTEXT].artifacts)
    return web.Response(
        text=page,
        content_type="text/html",
        headers={
            "Content-Disposition": disposition(f"aether-{session[:8]}.html"),
            "Content-Security-Policy": f"sandbox; {_POLICY}",
        },
    )


def _plans(view: ThreadView) -> Iterator[Html]:
    """Those of all tasks: the page beside the talk shows the newest only."""
    for run in view.runs:
        if run.plan:
            yield el("h2", None, f"Plan: {one_line(run.title, 120)}")
            yield panel.plan(run.plan)


def _page(fragments: list[Fragment], view: ThreadView) -> str:
    def region(name: str) -> Html:
        return join(still(f.piece.html) for f in fragments if f.piece.region == name)

    folder = resources.files("adapters.web") / "static"
    style = Html("\n".join((folder / name).read_text(encoding="utf-8") for name in _STYLES))
    sprite = Html((folder / "sprite.svg").read_text(encoding="utf-8"))
    # A saved page has no headers.
    policy = el("meta", {"http-equiv": "Content-Security-Policy", "content": _POLICY})
    width = el("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"})
    title = el("title", None, Html(sub("<[^>]*>", "", region("title"))))
    metas = (el("meta", {"charset": "utf-8"}), policy, width, title)
    head = el("head", None, *metas, el("style", None, style))
    body = el(
        "body",
        {"class": "exported"},
        sprite,
        el("h1", None, region("title")),
        div("exported-status", region("status")),
        *_plans(view),
        el("main", {"class": "stream"}, region("stream")),
        el("h2", None, "Timeline"),
        el("p", {"class": "quiet"}, "Times of day are those of UTC."),
        region("timeline"),
    )
    return f"<!doctype html>{el('html', {'lang': 'en'}, head, body)}"
