"""The reaction 🛑, on a message of ours or on the one that began it: stop."""

from __future__ import annotations

import discord

from adapters.discord.inbound import below, reply
from adapters.discord.inbound.event_dispatcher import NOT_RECORDED, EventDispatcher
from adapters.discord.inbound.people import actor_of
from adapters.discord.inbound.thread_address import address_in, is_conversation
from adapters.ports.inbound import Command, Refused

STOP = "🛑"


class ReactionListener:
    def __init__(self, client: discord.Client, dispatcher: EventDispatcher) -> None:
        self._client, self._dispatcher = client, dispatcher

    def heard(self, reaction: discord.RawReactionActionEvent) -> None:
        me = self._client.user
        if reaction.emoji.name == STOP and me is not None and reaction.user_id != me.id:
            self._dispatcher.begin(lambda: self._take(reaction, me.id))

    async def _take(self, reaction: discord.RawReactionActionEvent, me: int) -> None:
        channel = self._client.get_channel(reaction.channel_id)
        channel = channel or await self._client.fetch_channel(reaction.channel_id)
        address = address_in(channel, reaction.message_id)
        begins = not is_conversation(channel)
        is_ours = reaction.message_author_id == me
        if not (begins or is_ours):
            return
        if not await self._dispatcher.threads.ours(address):
            if not (begins and is_ours and isinstance(channel, discord.abc.Messageable)):
                return
            found = await below.task_of(self._dispatcher, channel, reaction.message_id, me)
            if found is None:
                return
            address = found
        person = reaction.member or await self._client.fetch_user(reaction.user_id)
        if person.bot:
            return
        stop = Command(
            address, actor_of(person), f"{reaction.message_id}.{reaction.user_id}", "stop"
        )
        receipt = await self._dispatcher.record(stop) or Refused(NOT_RECORDED)
        if isinstance(receipt, Refused):
            thread = self._client.get_partial_messageable(int(address.thread))
            await reply.person(thread, person, receipt.text)
