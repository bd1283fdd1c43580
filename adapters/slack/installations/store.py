"""Installations of the app, as Bolt's OAuth flow keeps them, over the port of the service."""

from __future__ import annotations

import logging
from typing import Any, cast

import structlog
from pydantic import JsonValue
from slack_bolt.error import BoltError
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models.bot import Bot
from slack_sdk.oauth.installation_store.models.installation import Installation

from runtime.errors import AetherError
from runtime.ports import Installations

log = structlog.get_logger(__name__)

_PREFIX = "slack/"


class InstallationStore(AsyncInstallationStore):
    """One record for each workspace; nobody's user token is asked for or kept. Installing in a
    whole organisation is refused: an address names a workspace."""

    def __init__(self, installations: Installations) -> None:
        self._installations = installations
        self._teams: set[str] | None = None

    @property
    def logger(self) -> logging.Logger:
        return logging.getLogger(__name__)

    async def load(self) -> None:
        """Learn which workspaces there are. Raises JournalUnavailable."""
        self._teams = set(await self.teams())

    async def teams(self) -> list[str]:
        """The workspaces that installed the app. Raises JournalUnavailable."""
        return [key.removeprefix(_PREFIX) for key in await self._installations.keys(_PREFIX)]

    def may_have(self, team: str) -> bool:
        """Everything may be there before `load`."""
        return self._teams is None or team in self._teams

    async def async_save(self, installation: Installation) -> None:
        """Raises BoltError, which the page shows as a failure; the reason is in the log."""
        if installation.is_enterprise_install or not installation.team_id:
            log.warning("slack.organisation_refused", organisation=installation.enterprise_id)
            raise BoltError("the app is installed in workspaces, not in organisations")
        await self.async_save_bot(installation.to_bot())

    async def async_save_bot(self, bot: Bot) -> None:
        """Raises as `async_save` does."""
        try:
            await self.keep(bot)
        except AetherError as error:
            log.warning("slack.installation_lost", team=bot.team_id, error=str(error))
            raise BoltError("the installation could not be kept") from error
        log.info("slack.installed", team=bot.team_id)

    async def keep(self, bot: Bot) -> None:
        """Raises JournalUnavailable."""
        team = bot.team_id or ""
        await self._installations.put(_PREFIX + team, record_of(bot))
        if self._teams is not None:
            self._teams.add(team)

    async def async_find_bot(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        is_enterprise_install: bool | None = False,
    ) -> Bot | None:
        return await self.bot(team_id or "")

    async def bot(self, team: str) -> Bot | None:
        """Raises JournalUnavailable, and Misconfigured if it was encrypted with another key."""
        record = await self._installations.get(_PREFIX + team)
        return bot_of(cast(dict[str, Any], record)) if isinstance(record, dict) else None

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        await self.forget(team_id or "")

    async def forget(self, team: str) -> None:
        """The workspace threw us out. Raises JournalUnavailable."""
        await self._installations.delete(_PREFIX + team)
        if self._teams is not None:
            self._teams.discard(team)
        log.info("slack.uninstalled", team=team)


def record_of(bot: Bot) -> dict[str, JsonValue]:
    return {
        "app_id": bot.app_id,
        "team_id": bot.team_id,
        "team_name": bot.team_name,
        "bot_token": bot.bot_token,
        "bot_id": bot.bot_id,
        "bot_user_id": bot.bot_user_id,
        "bot_scopes": [*bot.bot_scopes],
        "bot_refresh_token": bot.bot_refresh_token,
        "bot_token_expires_at": bot.bot_token_expires_at,
        "installed_at": bot.installed_at,
    }


def bot_of(record: dict[str, Any]) -> Bot:
    return Bot(**record)
