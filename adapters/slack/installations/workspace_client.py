"""Our seat in one workspace: who we are there, and the client that speaks for us."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.workspace import Workspace


@dataclass(frozen=True, slots=True)
class WorkspaceClient:
    """`web` carries the token of the moment: ask for the workspace's client again before each
    use."""

    web: AsyncWebClient
    workspace: Workspace

    @property
    def team(self) -> str:
        return self.workspace.team


class WorkspaceClients(Protocol):
    """The workspaces that installed the app."""

    async def find(self, team: str) -> WorkspaceClient | None:
        """None if the workspace is not ours. Raises SlackApiError if Slack refuses the token,
        ClientError or TimeoutError if it does not answer."""
        ...

    def may_have(self, team: str) -> bool:
        """Whether `find` may find one, as far as is known without asking anybody."""
        ...

    def use(self, http: ClientSession) -> None:
        """Keep connections alive between calls, for as long as this is open."""
        ...
