"""`/sessions/{id}/cards`: the messages of a session as chats get them, for other pages to show."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from adapters.cards import Card
from adapters.layout.layout import layout
from adapters.web import keys
from adapters.web.door import Door
from adapters.web.draw.buttons import still
from adapters.web.draw.cards import LIMITS, card
from adapters.web.names import name_of
from runtime.ids import SessionId


async def cards(request: web.Request) -> web.Response:
    """Read only: who decides does it in the workbench, or over its socket."""
    door = request.app[keys.DOOR]
    session = await door.session(name_of(request))
    shown = door.boards.whole(session)
    if shown is None:
        shown = await _laid_out(door, session)
    return web.json_response({"session_id": session, "cards": drawn(shown)})


def drawn(shown: Sequence[Card]) -> list[dict[str, str]]:
    """As the page gets them. Pure."""
    return [{"key": c.key, "state": c.state, "html": still(card(c))} for c in shown if c.blocks]


async def _laid_out(door: Door, session: SessionId) -> tuple[Card, ...]:
    feed = await door.sessions.view(session)
    try:
        return layout(feed.view, LIMITS)
    finally:
        await feed.aclose()
