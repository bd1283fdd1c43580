"""The Bolt app: it acknowledges; what is heard goes through `hear`."""

from __future__ import annotations

import logging
import os
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from typing import Protocol, cast

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError

from adapters.ports.errors import Unanswered
from adapters.slack.error_codes import code_of
from adapters.slack.inbound.event_dispatcher import DispatchMiddleware
from adapters.slack.installations.web import client
from adapters.slack.installations.workspace_client import WorkspaceClients

_LOG = logging.getLogger(__name__)
_LOG.setLevel(logging.WARNING)  # below that, Bolt logs bodies and signatures
_READ_BY_BOLT = ("SLACK_BOT_TOKEN", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")


class _Usable(Protocol):
    """What of the app is used, with types."""

    def use(self, middleware: DispatchMiddleware, /) -> object: ...


def bolt_app(
    clients: WorkspaceClients, hearing: DispatchMiddleware, signing_secret: str, base_url: str
) -> AsyncApp:
    """`signing_secret` is needed only where requests come over HTTP."""

    async def placed(
        req: AsyncBoltRequest,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 -- Bolt calls it so
    ) -> BoltResponse:
        """An organisation's installation names no workspace; the event does, where it happened."""
        if not req.context.team_id:
            req.context["team_id"] = req.body.get("context_team_id") or req.body.get("team_id")
        return await next()

    async def authorize(team_id: str | None) -> AuthorizeResult | None:
        return await _authorized(clients, team_id or "")

    with _environment_hidden():
        app = AsyncApp(
            name="aether",
            logger=_LOG,
            client=client(base_url),
            before_authorize=placed,
            signing_secret=signing_secret,
            request_verification_enabled=False,  # the door does it, by a clock that nobody sets
            authorize=cast(Callable[..., Awaitable[AuthorizeResult]], authorize),
        )
    cast(_Usable, app).use(hearing)
    return app


@contextmanager
def _environment_hidden() -> Generator[None]:
    """Bolt takes what it is not given from the environment, where our settings may stand: it would
    warn of a token that it does not use, and keep installations in a store of its own."""
    hidden = {name: os.environ.pop(name) for name in _READ_BY_BOLT if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(hidden)


async def _authorized(clients: WorkspaceClients, team: str) -> AuthorizeResult | None:
    """Who we are in the workspace; None if it is not ours. Raises Unanswered if that cannot be
    found out now: Slack sends the event again."""
    try:
        client = await clients.find(team)
    except SlackApiError as error:
        raise Unanswered(f"Slack refused auth.test: {code_of(error)}") from None
    except (aiohttp.ClientError, TimeoutError) as error:
        raise Unanswered(f"Slack did not answer auth.test: {type(error).__name__}") from None
    if client is None:
        return None
    place = client.workspace
    return AuthorizeResult(
        enterprise_id=None,
        team_id=place.team,
        bot_user_id=place.bot_user,
        bot_id=place.bot_id,
        bot_token=client.web.token,
    )
