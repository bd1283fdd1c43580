"""The HTTP server: REST interface, gateway and files on one port."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from adapters.simulators.discord import cdn
from adapters.simulators.discord.call import Route
from adapters.simulators.discord.front import Front
from adapters.simulators.discord.gateway.connection import Connection
from adapters.simulators.discord.routes.table import ROUTES

API = "/api/v10"
BODY_LIMIT = 64 * 1024 * 1024
"""Bytes that are read at all; what is over 25 MiB is refused afterwards, in Discord's words."""

Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]


def application(front: Front) -> web.Application:
    app = web.Application(client_max_size=BODY_LIMIT)
    for route in ROUTES:
        app.router.add_route(route.method, API + route.path, _rest(front, route))
    app.router.add_get("/attachments/{channel}/{file}/{name}", _files(front))
    app.router.add_get("/gateway/{where:.*}", _gateway(front))
    app.router.add_route("*", API + "/{rest:.*}", front.lost)
    return app


def _rest(front: Front, route: Route) -> Handle:
    async def handle(request: web.Request) -> web.StreamResponse:
        return await front.answer(route, request)

    return handle


def _gateway(front: Front) -> Handle:
    async def connect(request: web.Request) -> web.StreamResponse:
        hub = front.hub
        hub.connections += 1
        if hub.refusals:
            hub.refusals -= 1
            raise web.HTTPServiceUnavailable(text="upstream connect error")
        socket = web.WebSocketResponse(max_msg_size=4096, compress=False)
        await socket.prepare(request)
        packed = request.query.get("compress") == "zlib-stream"
        await Connection(hub, socket, packed).run(request.transport)
        return socket

    return connect


def _files(front: Front) -> Handle:
    async def read(request: web.Request) -> web.StreamResponse:
        number, query = request.match_info["file"], request.query
        file = front.world.files.get(int(number)) if number.isdigit() else None
        marks = (query.get("ex", ""), query.get("is", ""), query.get("hm", ""))
        if file is None or not cdn.admits(front.world, request.rel_url.raw_path, *marks):
            raise web.HTTPNotFound(text="This content is no longer available.")
        headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
        return web.Response(body=file.data, content_type=file.media_type, headers=headers)

    return read
