"""Who may see outside of its thread what stands in it."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.slack.inbound.channels import Channels
from adapters.slack.inbound.people import People
from adapters.slack.installations.workspace_client import WorkspaceClient
from runtime.ids import Address


@dataclass(frozen=True, slots=True)
class Audience:
    """Whoever can read the thread in Slack now: in a public channel all full members of the
    workspace, everywhere those who are in the channel. Having been there once is not enough."""

    people: People
    channels: Channels

    async def may_see(self, client: WorkspaceClient, address: Address, user: str) -> bool | None:
        """None where Slack does not say, which shows nothing either."""
        public = await self.channels.is_public(client, address.channel)
        if public and (await self.people.person(client, user)).standing == "member":
            return True
        members = await self.channels.members(client, address.channel)
        if members is not None and user in members:
            return True
        return None if public is None or members is None else False
