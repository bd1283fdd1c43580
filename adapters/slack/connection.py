"""Slack as a chat platform: all workspaces of one app."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import aiohttp
import structlog
from aiohttp import web
from slack_sdk.errors import SlackApiError

from adapters.platforms import Front, Routes
from adapters.slack.doctor import examine
from adapters.slack.hear.admission import Admission
from adapters.slack.hear.bolt import bolt_app
from adapters.slack.hear.channels import Channels
from adapters.slack.hear.doors import event_door, oauth_doors
from adapters.slack.hear.ear import Ear, Hearing
from adapters.slack.hear.errands import Errands
from adapters.slack.hear.late_events import LateEvents
from adapters.slack.hear.letterbox import Letterbox
from adapters.slack.hear.lookups import Lookups
from adapters.slack.hear.once import Once
from adapters.slack.hear.people import People
from adapters.slack.hear.shapes import Revoked
from adapters.slack.hear.socket_mode import HEARTBEAT, listen
from adapters.slack.hear.threads import Threads
from adapters.slack.hear.unwritten import Unwritten
from adapters.slack.places import PLATFORM
from adapters.slack.private.audience import Audience
from adapters.slack.private.home import Home
from adapters.slack.refusals import code_of, is_final, remedy_of
from adapters.slack.settings import SlackSettings
from adapters.slack.show.late_surface import LateSurface
from adapters.slack.teams.many_teams import ManyTeams
from adapters.slack.teams.oauth import oauth_flow
from adapters.slack.teams.one_team import OneTeam
from adapters.slack.teams.store import InstallationStore
from adapters.slack.teams.web import client
from adapters.surface import Surface
from runtime.errors import AetherError, Misconfigured
from runtime.ids import Address
from runtime.ports import Clock, Installations
from runtime.ports.findings import Finding

log = structlog.get_logger(__name__)

_AGAIN = 10.0  # seconds between two attempts to reach Slack at the start
_PATIENCE = aiohttp.ClientTimeout(total=30)


class SlackPlatform:
    """The port adapters/platforms.py, for Slack. With a `client_id` workspaces install the app by
    themselves and `installations` keeps their tokens; else there is one, with the bot token."""

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
        self._seats = many or self._one
        self._surfaces: dict[str, LateSurface] = {}
        self._errands = Errands()
        self._doubted = asyncio.Event()

    def surface(self, address: Address) -> Surface | None:
        if address.platform != PLATFORM or not self._seats.may_have(address.team):
            return None
        if address.team not in self._surfaces:
            self._surfaces[address.team] = LateSurface(
                address.team, self._seats, self._clock, outsiders=self._settings.outsiders
            )
        return self._surfaces[address.team]

    def routes(self, front: Front) -> Routes:
        """The door for events in HTTP mode, and the pages of OAuth. Raises Misconfigured."""
        self._settings.check(keeps=self._store is not None)
        settings, doors = self._settings, list[web.RouteDef]()
        if settings.mode == "http":
            secret = settings.signing_secret
            app = bolt_app(self._seats, self._hearing(front), secret, settings.base_url)
            doors.append(event_door(app, secret))
        if settings.many and self._store is not None:
            doors += oauth_doors(oauth_flow(settings, self._store, self._clock))
        return tuple(doors)

    async def serve(self, front: Front) -> None:
        self._settings.check(keeps=self._store is not None)
        try:
            async with aiohttp.ClientSession(timeout=_PATIENCE) as http:
                self._seats.use(http)
                await self._arrive()
                await _first(self._listen(front), self._guard())
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

    async def _listen(self, front: Front) -> None:
        async def connected() -> None:
            try:
                await front.missed(PLATFORM)
            except AetherError as error:
                log.warning("slack.catch_up_failed", error=str(error))

        settings = self._settings
        if settings.mode == "http":
            await connected()
            await asyncio.Event().wait()
        app = bolt_app(self._seats, self._hearing(front), "", settings.base_url)
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

    def _hearing(self, front: Front) -> Hearing:
        lookups = Lookups(self._clock)
        people, channels = People(lookups), Channels(lookups)
        admission = Admission(people, self._settings.outsiders)
        home = Home(front.sessions, admission, Audience(people, channels), self._clock)
        threads = Threads(front.sessions)
        letterbox = Letterbox(front, people, channels, admission, threads, Once(), self._errands)
        late = LateEvents(front, self._errands) if self._settings.mode == "http" else None
        unwritten = Unwritten(self._clock, self._errands)
        return Hearing(self._seats, Ear(letterbox, home, self._left), unwritten, late)


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
