"""`/sessions/{id}/cards`: the messages of a session as chats get them, for other pages to show."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from adapters.layout.layout import layout
from adapters.ports.cards import Card
from adapters.web import app_keys
from adapters.web.context import WebContext
from adapters.web.names import name_of
from adapters.web.render.buttons import still
from adapters.web.render.cards import LIMITS, card
from runtime.ids import SessionId


async def cards(request: web.Request) -> web.Response:
    """Read only: who decides does it in the workbench, or over its socket."""
    context = request.app[app_keys.DOOR]
    session = await context.session(name_of(request))
    shown = context.card_store.whole(session)
    if shown is None:
        shown = await _laid_out(context, session)
    return web.json_response({"session_id": session, "cards": drawn(shown)})


def drawn(shown: Sequence[Card]) -> list[dict[str, str]]:
    """As the page gets them. Pure."""
    return [{"key": c.key, "state": c.state, "html": still(card(c))} for c in shown if c.blocks]


async def _laid_out(context: WebContext, session: SessionId) -> tuple[Card, ...]:
    feed = await context.sessions.view(session)
    try:
        return layout(feed.view, LIMITS)
    finally:
        await feed.aclose()
