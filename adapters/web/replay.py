"""`/sessions/{id}/replay`: the page as it was when the record had come so far."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass, field

from aiohttp import web
from pydantic import JsonValue

from adapters.web import app_keys
from adapters.web.context import Show, WebContext
from adapters.web.event_order import EventOrder
from adapters.web.names import allowed
from adapters.web.render.buttons import still
from adapters.web.render.fragment import Fragment, Piece
from adapters.web.render.thread import Pieces
from adapters.web.render.timeline import Moment
from runtime.events import Envelope
from runtime.ids import SessionId, session_id
from runtime.view import ThreadView

_LIVE = frozenset({"controls", "about", "banner", "title"})
"""Regions that say how things are now, whatever is replayed."""


@dataclass(slots=True)
class _Past:
    """`stops` are the moments of the whole record; the view and the places end at `until`."""

    view: ThreadView
    until: int
    show: Show
    stops: EventOrder = field(default_factory=EventOrder)
    places: EventOrder = field(default_factory=EventOrder)

    def take(self, envelope: Envelope) -> None:
        self.stops.note(envelope)
        if envelope.seq <= self.until:
            self.places.note(envelope)
            self.view = self.show(self.view, envelope)


async def replay(request: web.Request) -> web.Response:
    """?until= is the seq of the last event that counts; without it all of them do."""
    context = request.app[app_keys.CONTEXT]
    given = request.query.get("until", "9" * 15)
    if not (given.isascii() and given.isdecimal() and len(given) < 16):
        raise web.HTTPBadRequest(text="until: must be the seq of an event, such as 12.")
    session = session_id(await allowed(request))
    past = _Past(ThreadView(session), int(given), context.show)
    await _fold(context, session, past)
    return web.json_response(_answer(context, past))


async def _fold(context: WebContext, session: SessionId, past: _Past) -> None:
    """What is on the record now; nothing is waited for."""
    shown = (await context.standing(session)).shown
    if not shown:
        return
    async with aclosing(context.sessions.events(session)) as events:
        async for envelope in events:
            if envelope.delta is None:
                past.take(envelope)
            if envelope.seq >= shown:
                return


def _answer(context: WebContext, past: _Past) -> dict[str, JsonValue]:
    moments = past.places.moments
    stops: list[JsonValue] = [moment.seq for moment in past.stops.moments]
    return {
        "session_id": past.view.session_id,
        "stops": stops,
        "at": moments[-1].at.isoformat() if moments else None,
        "says": _says(moments[-1]) if moments else "",
        "fragments": [fragment.frame() for fragment in _fragments(context, past)],
    }


def _says(moment: Moment) -> str:
    return f"{moment.kind}: {moment.text}"


def _fragments(context: WebContext, past: _Past) -> list[Fragment]:
    """Nothing in them can be pressed."""
    moments = past.places.moments
    now = moments[-1].at if moments else context.clock.now()
    pieces = Pieces(context.about).of(past.view, past.places, now, paused=False)
    last: dict[str, str] = {}
    found: list[Fragment] = []
    for piece in pieces:
        if piece.region not in _LIVE:
            after = last.get(piece.region, "")
            last[piece.region] = piece.key
            found.append(Fragment(Piece(piece.region, piece.key, still(piece.html)), after, 0))
    return found
