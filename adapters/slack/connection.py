"""Slack as a chat platform: all workspaces of one app."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import aiohttp
import structlog
from aiohttp import web
from slack_sdk.errors import SlackApiError

from adapters.ports.chat_platform import InboundContext, Routes
from adapters.ports.surface import Surface
from adapters.slack.doctor import examine
from adapters.slack.error_codes import code_of, is_final, remedy_of
from adapters.slack.home.audience import Audience
from adapters.slack.home.home_tab import Home
from adapters.slack.inbound.admission import Admission
from adapters.slack.inbound.background_tasks import BackgroundTasks
from adapters.slack.inbound.bolt import bolt_app
from adapters.slack.inbound.channels import Channels
from adapters.slack.inbound.deduplicator import Deduplicator
from adapters.slack.inbound.event_dispatcher import DispatchMiddleware, EventDispatcher
from adapters.slack.inbound.http_routes import event_route, oauth_routes
from adapters.slack.inbound.intake import Intake
from adapters.slack.inbound.late_events import LateEvents
from adapters.slack.inbound.lookup_cache import LookupCache
from adapters.slack.inbound.payloads import Revoked
from adapters.slack.inbound.people import People
from adapters.slack.inbound.signatures import Signatures
from adapters.slack.inbound.socket_mode import HEARTBEAT, listen
from adapters.slack.inbound.threads import Threads
from adapters.slack.inbound.unwritten import Unwritten
from adapters.slack.installations.many_teams import ManyTeams
from adapters.slack.installations.oauth import oauth_flow
from adapters.slack.installations.one_team import OneTeam
from adapters.slack.installations.store import InstallationStore
from adapters.slack.installations.web import client
from adapters.slack.outbound.lazy_surface import LazySurface
from adapters.slack.settings import SlackSettings
from adapters.slack.thread_address import PLATFORM
from runtime.errors import AetherError, Misconfigured
from runtime.ids import Address
from runtime.ports import Clock, Installations
from runtime.ports.findings import Finding

log = structlog.get_logger(__name__)

_AGAIN = 10.0  # seconds between two attempts to reach Slack at the start
_PATIENCE = aiohttp.ClientTimeout(total=30)


class SlackPlatform:
    """The port adapters/ports/chat_platform.py, for Slack. With a `client_id` workspaces install
    the app by themselves and `installations` keeps their tokens; else there is one, with the bot
    token."""

    name = PLATFORM

    def __init__(
        self,
        settings: SlackSettings,
        clock: Clock,
        installations: Installations | None = None,
        heartbeat: float = HEARTBEAT,
    ) -> None:
        """A setting that is missing is named by `serve`, `routes` and `examine`."""
        self._settings, self._clock, self._heartbeat = settings, clock, heartbeat
        self._store = InstallationStore(installations) if installations else None
        self._one = OneTeam(client(settings.base_url, settings.bot_token))
        many = ManyTeams(settings, self._store) if settings.many and self._store else None
        self._clients = many or self._one
        self._surfaces: dict[str, LazySurface] = {}
        self._errands = BackgroundTasks()
        self._doubted = asyncio.Event()

    def surface(self, address: Address) -> Surface | None:
        if address.platform != PLATFORM or not self._clients.may_have(address.team):
            return None
        if address.team not in self._surfaces:
            self._surfaces[address.team] = LazySurface(
                address.team, self._clients, self._clock, allow_guests=self._settings.allow_guests
            )
        return self._surfaces[address.team]

    def routes(self, context: InboundContext) -> Routes:
        """The door for events in HTTP mode, and the pages of OAuth. Raises Misconfigured."""
        self._settings.check(keeps=self._store is not None)
        settings, doors = self._settings, list[web.RouteDef]()
        if settings.mode == "http":
            secret = settings.signing_secret
            app = bolt_app(self._clients, self._hearing(context), secret, settings.base_url)
            doors.append(event_route(app, Signatures(secret, self._clock)))
        if settings.many and self._store is not None:
            doors += oauth_routes(oauth_flow(settings, self._store, self._clock))
        return tuple(doors)

    async def serve(self, context: InboundContext) -> None:
        self._settings.check(keeps=self._store is not None)
        try:
            async with aiohttp.ClientSession(timeout=_PATIENCE) as http:
                self._clients.use(http)
                await self._arrive()
                await _first(self._listen(context), self._guard())
        finally:
            await self._errands.aclose()

    async def examine(self) -> list[Finding]:
        return await examine(self._settings, self._store, self._clock.now())

    async def _arrive(self) -> None:
        """Learn where we are. Raises Misconfigured if the token will never do."""
        if self._settings.many and self._store is not None:
            await self._store.load()
            return
        while True:
            try:
                await self._one.here()
                return
            except SlackApiError as error:
                _raise_final(error)
                log.warning("slack.not_reached", error=code_of(error))
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                log.warning("slack.not_reached", error=type(error).__name__)
            await self._clock.sleep(_AGAIN)

    async def _listen(self, context: InboundContext) -> None:
        async def connected() -> None:
            try:
                await context.missed(PLATFORM)
            except AetherError as error:
                log.warning("slack.catch_up_failed", error=str(error))

        settings = self._settings
        if settings.mode == "http":
            await connected()
            await asyncio.Event().wait()
        app = bolt_app(self._clients, self._hearing(context), "", settings.base_url)
        await listen(
            app, settings.base_url, settings.app_token, self._clock, connected, self._heartbeat
        )

    async def _guard(self) -> None:
        """Ends serving when the one workspace has thrown us out. Raises Misconfigured."""
        while True:
            await self._doubted.wait()
            self._doubted.clear()
            try:
                await self._one.look()
            except SlackApiError as error:
                _raise_final(error)
            except (aiohttp.ClientError, OSError, TimeoutError):
                log.warning("slack.token_not_proven")

    async def _left(self, team: str, kind: str, event: dict[str, Any]) -> None:
        """The app, or a token, was taken away in a workspace. Raises JournalUnavailable."""
        if kind == "tokens_revoked" and not Revoked.model_validate(event).tokens.bot:
            return  # somebody's own token: we hold none
        log.warning("slack.removed", team=team, event_type=kind)
        if self._settings.many and self._store is not None:
            await self._store.forget(team)
        else:
            self._doubted.set()

    def _hearing(self, context: InboundContext) -> DispatchMiddleware:
        lookups = LookupCache(self._clock)
        people, channels = People(lookups), Channels(lookups)
        admission = Admission(people, self._settings.allow_guests)
        home = Home(context.sessions, admission, Audience(people, channels), self._clock)
        threads = Threads(context.sessions)
        intake = Intake(
            context, people, channels, admission, threads, Deduplicator(), self._errands
        )
        late = LateEvents(context, self._errands) if self._settings.mode == "http" else None
        unwritten = Unwritten(self._clock, self._errands)
        return DispatchMiddleware(
            self._clients, EventDispatcher(intake, home, self._left), unwritten, late
        )


def _raise_final(error: SlackApiError) -> None:
    if is_final(error):
        raise Misconfigured(
            f"slack: the bot token is refused ({code_of(error)}): {remedy_of(error)}"
        ) from None


async def _first(*works: Coroutine[Any, Any, None]) -> None:
    """Until one of them ends, which ends the others too. Raises what it raises."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
