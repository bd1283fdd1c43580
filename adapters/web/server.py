"""The server: one aiohttp application, guarded at its door."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager

from aiohttp import web

from adapters.web import app_keys, files
from adapters.web.access import Access
from adapters.web.connections import Connections
from adapters.web.context import WebContext
from adapters.web.live_view import LiveViews
from adapters.web.lockout import Lockout
from adapters.web.login import in_time, require
from adapters.web.metrics import Metrics
from adapters.web.rate_limits import Rates
from adapters.web.routes import add_routes
from adapters.web.summaries import Summaries
from runtime.errors import AetherError, Misconfigured

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

CHAT_ROUTES = web.AppKey("guests", frozenset[web.AbstractRoute])
"""Doors of chat platforms, which prove by themselves who calls."""
GUEST_LIMIT = 1024 * 1024  # bytes: what a platform says of one event is far smaller

SILENCE = 20.0
"""Seconds within which the head of a request must be here, from the opening of its connection or
from the request before it. Else half a request would hold a connection for good."""

REQUESTS_PER_SECOND, REQUESTS_AT_ONCE = 100.0, 1_000.0
_OPEN = frozenset({"/", "/login", "/healthz", "/readyz"})
"""What answers without a token; the first two ask for it."""

_LEFT = 499  # the client went away before it had an answer

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:;"
        " connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # With "no-referrer" a browser would not say of a form either that it is ours.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def listen(host: str, port: int) -> socket.socket:
    """A socket that waits for people; port 0 takes a free one. Raises Misconfigured."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    waiting = socket.socket(family, socket.SOCK_STREAM)
    waiting.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        waiting.bind((host, port))
    except OSError as error:
        waiting.close()
        raise Misconfigured(
            f"web.port: {host}:{port} cannot be used ({error.strerror}): set another"
            " (AETHER_WEB__PORT)"
        ) from None
    waiting.listen(128)
    return waiting


def address_of(waiting: socket.socket) -> str:
    host, port = waiting.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@asynccontextmanager
async def serving(
    waiting: socket.socket,
    context: WebContext,
    access: Access,
    chat_routes: Iterable[web.RouteDef] = (),
) -> AsyncGenerator[None]:
    """The workbench answers on this socket while the block runs, and the doors of `guests`."""
    app = application(context, access, chat_routes)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=2.0, keepalive_timeout=SILENCE)
    await runner.setup()
    try:
        await web.SockSite(runner, waiting).start()
        yield
    finally:
        await runner.cleanup()


def application(
    context: WebContext, access: Access, chat_routes: Iterable[web.RouteDef] = ()
) -> web.Application:
    app = web.Application(middlewares=[_count, _guard], client_max_size=files.LIMIT)
    metrics = Metrics()
    app[app_keys.CONTEXT], app[app_keys.ACCESS], app[app_keys.METRICS] = context, access, metrics
    app[app_keys.CONNECTIONS], app[app_keys.LOCKOUT] = Connections(), Lockout()
    app[app_keys.RATES] = Rates(REQUESTS_PER_SECOND, REQUESTS_AT_ONCE)
    app[app_keys.LIVE_VIEWS] = LiveViews(context, metrics)
    app[app_keys.UPLOADS] = asyncio.Semaphore(files.AT_ONCE)
    app[app_keys.SUMMARIES] = Summaries(context)
    add_routes(app)
    app[CHAT_ROUTES] = frozenset(app.add_routes(chat_routes))
    app.on_response_prepare.append(_dress)
    app.on_shutdown.append(_close)
    return app


async def _close(app: web.Application) -> None:
    await app[app_keys.CONNECTIONS].leave()


async def _dress(request: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


@web.middleware
async def _count(request: web.Request, handler: Handler) -> web.StreamResponse:
    route = request.match_info.route.resource
    name = route.canonical if route else "none"
    counter, status = request.app[app_keys.METRICS].requests, 500
    try:
        response = await handler(request)
        status = response.status
        return response
    except web.HTTPException as answer:
        status = answer.status
        raise
    except asyncio.CancelledError:
        status = _LEFT
        raise
    except ConnectionError:
        if request.transport is not None and not request.transport.is_closing():
            raise
        status = _LEFT
        return web.Response(status=_LEFT)
    finally:
        counter.labels(name, str(status)).inc()


@web.middleware
async def _guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    access = request.app[app_keys.ACCESS]
    from_chat = request.match_info.route in request.app[CHAT_ROUTES]
    if not from_chat and (refusal := access.refusal(request)) is not None:
        raise web.HTTPForbidden(text=refusal)
    if from_chat:
        return await _guest(request, handler)
    # A page is a dozen small files, and many people may sit behind one address.
    is_static = request.path.startswith("/static/")
    if not is_static:
        _bounded(request, request.remote or "")
    if not (is_static or request.path in _OPEN or request.path.startswith("/s/")):
        require(request)
    try:
        return await _read(request, handler)
    except AetherError as error:
        raise web.HTTPServiceUnavailable(text=str(error)) from None


async def _guest(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What a platform sends is proved by its body. Only what is proved may use up a limit, or
    anybody could keep the platform out; pages of a guest are for people, and limited as pages."""
    if request.method in ("GET", "HEAD"):
        _bounded(request, f"guest {request.remote or ''}")
        return await _read(request, handler)

    async def whole(message: web.Request) -> web.StreamResponse:
        await in_time(message)
        return await handler(message)

    return await _read(request.clone(client_max_size=GUEST_LIMIT), whole)


def _bounded(request: web.Request, client: str) -> None:
    if not request.app[app_keys.RATES].take(client):
        raise web.HTTPTooManyRequests(text="Too many requests.", headers={"Retry-After": "1"})


async def _read(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.RequestPayloadError:
        raise web.HTTPBadRequest(text="The body cannot be read as it is sent.") from None
