"""The page's own server, for this machine only."""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib import resources
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from adapters.simulators.discord.call import Sent
from adapters.simulators.discord.page.live import FRAME, Live
from adapters.simulators.discord.render.marks import PICTURES
from adapters.simulators.discord.simulator import DiscordSimulator

STATIC = Path(__file__).parent / "static"
SHARED = Path(str(resources.files("adapters.web"))) / "static"
UPLOAD = 10 * 1024 * 1024
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
        " connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Page:
    """`lives` are the open pages by a name that only they know."""

    def __init__(self, sim: DiscordSimulator) -> None:
        self._sim = sim
        self._lives: dict[str, Live] = {}

    async def index(self, request: web.Request) -> web.StreamResponse:
        drawings = (STATIC / "sprite.svg").read_text() + (SHARED / "emoji.svg").read_text()
        html = (STATIC / "index.html").read_text().replace("<!--sprite-->", drawings)
        return web.Response(text=html, content_type="text/html")

    async def emoji(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(SHARED / "emoji.css")

    async def live(self, request: web.Request) -> web.StreamResponse:
        west = request.query.get("west", "0").lstrip("-")
        minutes = int(west) if west.isdigit() and len(west) < 4 else 0
        sign = -1 if request.query.get("west", "").startswith("-") else 1
        socket = web.WebSocketResponse(max_msg_size=FRAME, heartbeat=30)
        await socket.prepare(request)
        live, name = Live(self._sim, socket, sign * minutes), secrets.token_urlsafe(16)
        self._lives[name] = live
        try:
            await socket.send_json({"name": name})
            await live.run()
        finally:
            del self._lives[name]
        return socket

    async def take(self, request: web.Request) -> web.StreamResponse:
        """A file for the next message of this page."""
        live = self._lives.get(request.match_info["live"])
        if live is None:
            raise web.HTTPNotFound(text="This page is not open any more.")
        number = secrets.token_urlsafe(8)
        name = request.query.get("name", "unknown")[:200]
        live.router.files[number] = Sent(name, await request.read())
        return web.json_response({"file": number})

    async def give(self, request: web.Request) -> web.StreamResponse:
        number = request.match_info["file"]
        file = self._sim.world.files.get(int(number)) if number.isdigit() else None
        if file is None:
            raise web.HTTPNotFound(text="There is no such file.")
        shown = file.media_type in PICTURES
        kind = file.media_type if shown else "application/octet-stream"
        place = "inline" if shown else "attachment"
        headers = {"Content-Disposition": f'{place}; filename="{file.name}"'}
        headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return web.Response(body=file.data, content_type=kind, headers=headers)

    async def close(self, app: web.Application) -> None:
        for live in [*self._lives.values()]:
            await live.close()


@asynccontextmanager
async def serving(
    sim: DiscordSimulator, host: str = "127.0.0.1", port: int = 0
) -> AsyncGenerator[str]:
    """The page answers at the address that is given while the block runs. Raises ValueError for a
    host that others can reach: whoever sees the page speaks for everybody in it."""
    if host != "localhost" and not ip_address(host).is_loopback:
        raise ValueError(f"the simulator serves this machine only, not {host!r}: use 127.0.0.1")
    runner = web.AppRunner(application(sim), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        bound = runner.addresses[0]
        yield f"http://[{bound[0]}]:{bound[1]}" if ":" in bound[0] else f"http://{host}:{bound[1]}"
    finally:
        await runner.cleanup()


def application(sim: DiscordSimulator) -> web.Application:
    page = Page(sim)
    app = web.Application(client_max_size=UPLOAD, middlewares=[_guard])
    app.router.add_get("/", page.index)
    app.router.add_get("/live", page.live)
    app.router.add_post("/files/{live}", page.take)
    app.router.add_get("/files/{file}", page.give)
    app.router.add_get("/static/emoji.css", page.emoji)
    app.router.add_static("/static/", STATIC)
    app.on_shutdown.append(page.close)
    app.on_response_prepare.append(_dress)
    return app


async def _dress(request: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


@web.middleware
async def _guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Neither a name that somebody pointed here nor another page may use this one."""
    host = urlsplit(f"//{request.host}").hostname or ""
    if host != "localhost" and not _loopback(host):
        raise web.HTTPForbidden(text="Open this page by 127.0.0.1 or localhost.")
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise web.HTTPForbidden(text="Another page may not use this one.")
    return await handler(request)


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
