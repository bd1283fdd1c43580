"""`/sessions/{id}/cards`: the messages of a session as chats get them, for other pages to show."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from adapters.layout.layout import layout
from adapters.ports.cards import Card
from adapters.web import app_keys
from adapters.web.context import WebContext
from adapters.web.names import allowed
from adapters.web.render.buttons import still
from adapters.web.render.cards import LIMITS, card
from runtime.ids import SessionId, session_id


async def cards(request: web.Request) -> web.Response:
    """Read only: who decides does it in the workbench, or over its socket."""
    context = request.app[app_keys.CONTEXT]
    session = session_id(await allowed(request))
    shown = context.card_store.whole(session)
    if shown is None:
        shown = await _laid_out(context, session)
    return web.json_response({"session_id": session, "cards": drawn(shown, session)})


def drawn(shown: Sequence[Card], session: SessionId) -> list[dict[str, str]]:
    """As the page gets them. Pure."""
    return [
        {"key": c.key, "state": c.state, "html": still(card(c, session))} for c in shown if c.blocks
    ]


async def _laid_out(context: WebContext, session: SessionId) -> tuple[Card, ...]:
    feed = await context.sessions.view(session)
    try:
        return layout(feed.view, LIMITS)
    finally:
        await feed.aclose()
