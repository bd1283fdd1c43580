"""The page over HTTP: drawn on the server, renewed over one WebSocket per tab."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from adapters.simulators.slack.page import keys
from adapters.simulators.slack.page.acting import act, say
from adapters.simulators.slack.page.document import document
from adapters.simulators.slack.page.live import live
from adapters.simulators.slack.page.seating import seated
from adapters.simulators.slack.page.statics import static
from adapters.simulators.slack.simulator import Simulator
from adapters.web.access import Access, is_loopback
from adapters.web.server import HEADERS, address_of, listen
from runtime.errors import Misconfigured

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
UPLOADS = 64 * 1024 * 1024


@asynccontextmanager
async def serving(sim: Simulator, host: str = "127.0.0.1", port: int = 0) -> AsyncGenerator[str]:
    """The page answers at the address that is given while the block runs; port 0 takes a free one.
    Raises Misconfigured for a host that others on the network reach: anybody may be anybody."""
    if not is_loopback(host):
        raise Misconfigured(f"the simulator's page serves this machine only, not {host}")
    waiting = listen(host, port)
    runner = web.AppRunner(_application(sim, host), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.SockSite(runner, waiting).start()
        yield address_of(waiting)
    finally:
        await runner.cleanup()


def _application(sim: Simulator, host: str) -> web.Application:
    app = web.Application(middlewares=[_guard], client_max_size=UPLOADS)
    app[keys.SIM], app[keys.ACCESS] = sim, Access(host)
    app[keys.ERRORS], app[keys.TABS] = {}, set()
    app.add_routes(
        [
            web.get("/", page),
            web.get("/live", live),
            web.get("/file/{id}", file),
            web.get("/static/{name}", static),
            web.post("/say", say),
            web.post("/act", act),
        ]
    )
    app.on_response_prepare.append(_dress)
    app.on_shutdown.append(_close)
    return app


async def page(request: web.Request) -> web.Response:
    """A visit to the app's Home tab, or to its messages, is told to the app."""
    seat = seated(request)
    direct = seat.sim.team.direct(seat.user.id).id
    if seat.channel in ("home", direct):
        tab = "home" if seat.channel == "home" else "messages"
        await seat.sim.open_home(seat.user.id, tab)
    return web.Response(text=document(seat), content_type="text/html")


async def file(request: web.Request) -> web.Response:
    """Only pictures are shown; everything else is saved, whatever it says it is."""
    found = request.app[keys.SIM].team.files.get(request.match_info["id"])
    if found is None or found.data is None:
        raise web.HTTPNotFound(text="There is no such file.")
    if found.is_image:
        return web.Response(body=found.data, content_type=found.media_type)
    response = web.Response(body=found.data, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = "attachment"
    return response


@web.middleware
async def _guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    if (refusal := request.app[keys.ACCESS].refusal(request)) is not None:
        raise web.HTTPForbidden(text=refusal)
    return await handler(request)


async def _dress(_: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


async def _close(app: web.Application) -> None:
    for socket in list(app[keys.TABS]):
        await socket.close()
