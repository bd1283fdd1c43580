"""One workspace, by the bot token of the settings."""

from __future__ import annotations

import asyncio

from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.installations.web import Json, read
from adapters.slack.installations.workspace_client import WorkspaceClient
from adapters.slack.workspace import Workspace


class OneTeam:
    """Implements seat.Seats. Who we are is asked once, when it is first needed."""

    def __init__(self, web: AsyncWebClient) -> None:
        self._web = web
        self._client: WorkspaceClient | None = None
        self._asking = asyncio.Lock()

    async def find(self, team: str) -> WorkspaceClient | None:
        client = await self.here()
        return client if client.team == team else None

    async def here(self) -> WorkspaceClient:
        """The one seat. Raises as `find` does."""
        async with self._asking:
            if self._client is None:
                self._client = WorkspaceClient(self._web, await self.look())
        return self._client

    async def look(self) -> Workspace:
        """Asks Slack now, whatever is known: proves that the token is good."""
        return workspace_of(await read(self._web, "auth.test"))

    def use(self, http: ClientSession) -> None:
        self._web.session = http

    def may_have(self, team: str) -> bool:
        return self._client is None or self._client.team == team


def workspace_of(told: Json) -> Workspace:
    """The answer of `auth.test`."""
    return Workspace(
        team=str(told.get("team_id") or ""),
        bot_user=str(told.get("user_id") or ""),
        bot_id=str(told.get("bot_id") or ""),
        app_id=str(told.get("app_id") or ""),
        name=str(told.get("team") or ""),
    )
