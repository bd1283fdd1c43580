"""Many workspaces, each with the token of its own installation."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Protocol, cast

import structlog
from aiohttp import ClientSession
from slack_sdk.errors import SlackTokenRotationError
from slack_sdk.oauth.installation_store.models.bot import Bot
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.installations.store import InstallationStore
from adapters.slack.installations.web import client
from adapters.slack.installations.workspace_client import WorkspaceClient
from adapters.slack.settings import SlackSettings
from adapters.slack.workspace import Workspace

log = structlog.get_logger(__name__)

EARLY = timedelta(hours=2)
"""How long before its end a token is replaced; tokens that rotate live for 12 hours."""


class _Rotator(Protocol):
    """What of the SDK's rotator is used, with types."""

    async def perform_bot_token_rotation(
        self, *, bot: Bot, minutes_before_expiration: int = ...
    ) -> Bot | None: ...


class ManyTeams:
    """Implements seat.Seats. Every look reads the record again, so that a token which another
    call has rotated is never used."""

    def __init__(self, settings: SlackSettings, store: InstallationStore) -> None:
        self._settings, self._store = settings, store
        self._webs: dict[str, AsyncWebClient] = {}
        self._http: ClientSession | None = None
        self._rotating: dict[str, asyncio.Lock] = {}
        self._unkept: dict[str, Bot] = {}
        rotator = AsyncTokenRotator(
            client_id=settings.client_id,
            client_secret=settings.client_secret,
            client=client(settings.base_url),
        )
        self._rotator = cast(_Rotator, rotator)

    def use(self, http: ClientSession) -> None:
        self._http = http
        for web in self._webs.values():
            web.session = http

    def may_have(self, team: str) -> bool:
        return self._store.may_have(team)

    async def find(self, team: str) -> WorkspaceClient | None:
        """Raises also JournalUnavailable and Misconfigured."""
        async with self._rotating.setdefault(team, asyncio.Lock()):
            bot = await self._store.bot(team)
            if bot is not None:
                bot = await self._fresh(bot)
        if bot is None:
            self._rotating.pop(team, None)
            return None
        web = self._webs.setdefault(team, client(self._settings.base_url))
        web.token, web.session = bot.bot_token, self._http
        return WorkspaceClient(web, _workspace(bot))

    async def _fresh(self, bot: Bot) -> Bot:
        """With a token that lives for hours. A refresh token is good once: the new one is stored
        before the token is used, and not forgotten where that fails."""
        used = bot.bot_refresh_token or ""
        rotated = self._unkept.get(used) or await self._rotated(bot)
        if rotated is None:
            return bot
        self._unkept[used] = rotated
        await self._store.keep(rotated)
        del self._unkept[used]
        return rotated

    async def _rotated(self, bot: Bot) -> Bot | None:
        """None while the token is good for longer."""
        try:
            return await self._rotator.perform_bot_token_rotation(
                bot=bot, minutes_before_expiration=int(EARLY.total_seconds() // 60)
            )
        except SlackTokenRotationError as error:
            log.warning("slack.rotation_failed", team=bot.team_id)
            raise error.api_error from None


def _workspace(bot: Bot) -> Workspace:
    return Workspace(
        team=bot.team_id or "",
        bot_user=bot.bot_user_id,
        bot_id=bot.bot_id,
        app_id=bot.app_id or "",
        name=bot.team_name or "",
    )
