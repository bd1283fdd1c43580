"""What changed, sent to one tab."""

from __future__ import annotations

import asyncio
import contextlib

from aiohttp import web

from adapters.simulators.slack.page import keys
from adapters.simulators.slack.page.document import REGIONS
from adapters.simulators.slack.page.seating import seated
from adapters.simulators.slack.render import panels
from adapters.simulators.slack.render.viewer import Viewer

CALM = 0.05
"""Seconds between two drawings of one tab."""
LONGEST = 1.0
"""Seconds until the next look when nothing was heard: status lines end by themselves."""


async def live(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse(heartbeat=20.0)
    await socket.prepare(request)
    request.app[keys.TABS].add(socket)
    drawing = asyncio.ensure_future(_draw(request, socket, seated(request)))
    try:
        async for _ in socket:
            pass
    finally:
        drawing.cancel()
        with contextlib.suppress(asyncio.CancelledError, ConnectionError):
            await drawing
        request.app[keys.TABS].discard(socket)
    return socket


async def _draw(request: web.Request, socket: web.WebSocketResponse, seat: Viewer) -> None:
    changes, shown = seat.sim.service.changes, dict[str, str]()
    while not socket.closed:
        seen = changes.count
        for name, html in _regions(request, seat).items():
            if shown.get(name) != html:
                shown[name] = html
                await socket.send_json({"region": name, "html": html})
        await asyncio.sleep(CALM)
        if changes.count == seen:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LONGEST):
                    await changes.changed()


def _regions(request: web.Request, seat: Viewer) -> dict[str, str]:
    drawn: dict[str, str] = {name: draw(seat) for name, draw in REGIONS.items()}
    views = seat.sim.views(seat.user.id)
    errors = request.app[keys.ERRORS].get(views[-1].id, {}) if views else {}
    drawn["modal"] = panels.modal(seat, errors)
    return drawn
