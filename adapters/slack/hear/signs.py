"""Stops without words: a reaction on our card or on the first message, and Slack's own button."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.inbound import Command
from adapters.slack.hear.letterbox import Letterbox
from adapters.slack.hear.shapes import Listed, ReactionEvent, Rooted, Shape, StopEvent
from adapters.slack.hear.tell import Listener
from adapters.slack.places import thread
from adapters.slack.show.api import Api
from adapters.slack.show.faults import Refusal
from adapters.slack.teams.seat import Seat
from runtime.ids import Address

STOPS = frozenset({"octagonal_sign", "stop_sign", "no_entry", "no_entry_sign"})
"""Names of the reactions that stop."""


class _Found(Shape):
    messages: Listed[Rooted] = ()


@dataclass(frozen=True, slots=True)
class Signs:
    letterbox: Letterbox

    async def reaction(self, seat: Seat, event: ReactionEvent) -> None:
        """Raises AetherError if Slack must send it again."""
        if event.reaction not in STOPS or event.item.type != "message":
            return
        address = await self._address(seat, event)
        if address is not None and await self.letterbox.threads.ours(address):
            await self._stop(seat, address, event.user, event.event_ts)

    async def stopped(self, seat: Seat, event: StopEvent) -> None:
        """Raises AetherError if Slack must send it again."""
        address = thread(seat.team, event.channel, event.thread_ts)
        if await self.letterbox.threads.ours(address):
            await self._stop(seat, address, event.user, event.event_ts)

    async def _stop(self, seat: Seat, address: Address, user: str, at: str) -> None:
        actor = await self.letterbox.people.actor(seat, user)
        command = Command(address, actor, at, "stop")
        listener = Listener(address.channel, user, address.thread)
        await self.letterbox.done(seat, command, listener)

    async def _address(self, seat: Seat, event: ReactionEvent) -> Address | None:
        """Of the thread: its first message is its name, a message of ours is asked for its root.
        Other people's replies stop nothing."""
        channel, ts = event.item.channel, event.item.ts
        if event.item_user != seat.workspace.bot_user:
            return thread(seat.team, channel, ts)
        api = Api(seat.web, seat.workspace)
        try:
            told = await api.call("conversations.replies", channel=channel, ts=ts, limit=1)
        except Refusal:  # the message, or our right to read it, is gone for good
            return None
        # Asked for a reply, Slack gives that one or its thread from the beginning.
        found = _Found.model_validate(told).messages
        root = (found[0].thread_ts or found[0].ts) if found else ""
        return thread(seat.team, channel, root) if root else None
