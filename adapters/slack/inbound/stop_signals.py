"""Stops without words: a reaction on our card or on the first message, and Slack's own button."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.ports.inbound import Command
from adapters.slack.inbound.intake import Intake
from adapters.slack.inbound.payloads import Listed, ReactionEvent, Rooted, Shape, StopEvent
from adapters.slack.inbound.reply import Listener
from adapters.slack.installations.workspace_client import WorkspaceClient
from adapters.slack.outbound.api import Api
from adapters.slack.outbound.errors import Refusal
from adapters.slack.thread_address import thread
from runtime.ids import Address

STOPS = frozenset({"octagonal_sign", "stop_sign", "no_entry", "no_entry_sign"})
"""Names of the reactions that stop."""


class _Found(Shape):
    messages: Listed[Rooted] = ()


@dataclass(frozen=True, slots=True)
class StopSignals:
    intake: Intake

    async def reaction(self, client: WorkspaceClient, event: ReactionEvent) -> None:
        """Raises AetherError if Slack must send it again."""
        if event.reaction not in STOPS or event.item.type != "message":
            return
        address = await self._address(client, event)
        if address is not None and await self.intake.threads.ours(address):
            await self._stop(client, address, event.user, event.event_ts)

    async def stopped(self, client: WorkspaceClient, event: StopEvent) -> None:
        """Raises AetherError if Slack must send it again."""
        address = thread(client.team, event.channel, event.thread_ts)
        if await self.intake.threads.ours(address):
            await self._stop(client, address, event.user, event.event_ts)

    async def _stop(self, client: WorkspaceClient, address: Address, user: str, at: str) -> None:
        actor = await self.intake.people.actor(client, user)
        command = Command(address, actor, at, "stop")
        listener = Listener(address.channel, user, address.thread)
        await self.intake.done(client, command, listener)

    async def _address(self, client: WorkspaceClient, event: ReactionEvent) -> Address | None:
        """Of the thread: its first message is its name, a message of ours is asked for its root.
        Other people's replies stop nothing."""
        channel, ts = event.item.channel, event.item.ts
        if event.item_user != client.workspace.bot_user:
            return thread(client.team, channel, ts)
        api = Api(client.web, client.workspace)
        try:
            told = await api.call("conversations.replies", channel=channel, ts=ts, limit=1)
        except Refusal:  # the message, or our right to read it, is gone for good
            return None
        # Asked for a reply, Slack gives that one or its thread from the beginning.
        found = _Found.model_validate(told).messages
        root = (found[0].thread_ts or found[0].ts) if found else ""
        return thread(client.team, channel, root) if root else None
