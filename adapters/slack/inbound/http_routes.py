"""What Slack and its people can reach over HTTP. Events prove who calls by their signature, the way
back from OAuth by its state."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol, cast

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack.inbound.envelope import is_understood
from adapters.slack.inbound.signatures import Signatures
from adapters.slack.installations.oauth import INSTALL_PATH
from adapters.slack.manifest import EVENTS_PATH, REDIRECT_PATH

log = structlog.get_logger(__name__)

Handle = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]


class _Flow(Protocol):
    """What of the flow is used, with types."""

    async def handle_installation(self, request: AsyncBoltRequest) -> BoltResponse: ...
    async def handle_callback(self, request: AsyncBoltRequest) -> BoltResponse: ...


def event_route(app: AsyncApp, signatures: Signatures) -> web.RouteDef:
    """Events, presses and commands. Bolt reads a body before it looks who sent it, so nothing
    reaches it here that is not signed."""
    answered = _answered_by(app.async_dispatch)

    async def door(request: web.Request) -> web.StreamResponse:
        body = await request.read()
        if not signatures.hold(body, request.headers):
            return web.Response(status=401, text="not signed")
        if not is_understood(body.decode(errors="replace"), request.content_type):
            return _junk(request)
        return await answered(request)

    return web.post(EVENTS_PATH, door)


def _junk(request: web.Request) -> web.Response:
    log.info("slack.junk", path=request.path)
    return web.Response(status=400, text="not understood")


def oauth_routes(flow: AsyncOAuthFlow) -> tuple[web.RouteDef, ...]:
    pages = cast(_Flow, flow)
    return (
        web.get(INSTALL_PATH, _answered_by(pages.handle_installation)),
        web.get(REDIRECT_PATH, _answered_by(pages.handle_callback)),
    )


def _answered_by(handle: Handle) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def door(request: web.Request) -> web.StreamResponse:
        try:
            asked = await to_bolt_request(request)
        # Bolt reads the body before it looks who sent it, and takes its shape for granted.
        except (ValueError, RecursionError, AttributeError, TypeError, KeyError):
            return _junk(request)
        return await to_aiohttp_response(await handle(asked))

    return door
