"""Who may use the agent."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.ports.errors import Unanswered
from adapters.slack.inbound.people import People
from adapters.slack.installations.workspace_client import WorkspaceClient

REFUSAL = (
    "This agent is for full members of this workspace, and Slack does not say that you are one."
    " Guests and people of other workspaces can ask a member to call it."
)


@dataclass(frozen=True, slots=True)
class Admission:
    """Full members of the workspace; with `allow_guests` everybody, its guests and the people of
    other workspaces in shared channels included."""

    people: People
    allow_guests: bool

    async def admits(self, client: WorkspaceClient, user: str) -> bool:
        """Raises Unanswered if Slack does not say at the moment who that is: nobody gets in
        unseen, and nobody is sent away for a time-out."""
        if self.allow_guests:
            return True
        standing = (await self.people.person(client, user)).standing
        if standing == "unknown":
            raise Unanswered("Slack does not say at the moment who belongs to the workspace")
        return standing == "member"
