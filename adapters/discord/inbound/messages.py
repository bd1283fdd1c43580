"""Messages: those that call us, and those in threads of ours."""

from __future__ import annotations

import discord

from adapters.discord.inbound import below, reply
from adapters.discord.inbound.event_dispatcher import EventDispatcher
from adapters.discord.inbound.message_text import (
    by_people,
    calls,
    files,
    our_names,
    recipient,
    words,
)
from adapters.discord.inbound.people import actor_of
from adapters.discord.inbound.thread_address import address_of
from adapters.ports.inbound import InfoReply, Mention, Refused, Reply
from runtime.ids import Address

NO_CONTENT = (
    "I cannot read messages here that do not mention me: the message content intent of this app is"
    " switched off. Mention me in every message."
)


class MessageListener:
    def __init__(self, client: discord.Client, hearing: EventDispatcher) -> None:
        self._client, self._hearing = client, hearing

    def heard(self, message: discord.Message) -> None:
        """Called in the order of the gateway."""
        if not by_people(message):
            return
        me = self._client.user
        named = me is not None and calls(message, me.id)
        conversation = isinstance(
            message.channel, discord.Thread | discord.DMChannel | discord.PartialMessageable
        )
        answering = me is not None and below.answers(message, me.id)
        if named or conversation or answering:
            thread_lock = message.channel.id if conversation or answering else message.id
            self._hearing.begin(lambda: self._take(message, thread_lock, named=named))

    async def _take(self, message: discord.Message, thread_lock: int, *, named: bool) -> None:
        called = named or isinstance(message.channel, discord.DMChannel)
        async with self._hearing.thread_lock(thread_lock):
            hearing = self._hearing
            address = await self._answered(message)
            called = called and address is None
            if address is None:
                found = await hearing.insist(lambda: address_of(self._client, message))
                if not called and not await hearing.insist(lambda: hearing.threads.ours(found)):
                    return
                address = found
            me = self._client.user
            text, kept = words(message, me.id if me else 0), files(message)
            if not called and not text and not kept:
                await self._miss(message, address)
                return
            actor, number = actor_of(message.author), str(message.id)
            place = str(message.channel.id)
            said: Mention | Reply
            if called:
                direct = not named
                said = Mention(address, actor, number, text, place, kept, direct=direct)
            else:
                names = our_names(self._client, message.guild)
                to = recipient(message, me.id if me else 0, text, names)
                said = Reply(address, actor, number, text, place, kept, to=to)
            # It is tried until it works: Discord delivers nothing twice.
            receipt = await hearing.insist(lambda: hearing.record(said))
            if isinstance(receipt, Refused | InfoReply):
                await reply.below(message, receipt)
            else:
                hearing.threads.begun(address)

    async def _answered(self, message: discord.Message) -> Address | None:
        """The task of the channel, one of whose messages this is a reply to."""
        me, reference = self._client.user, message.reference
        number = reference and reference.message_id
        if me is None or number is None or not below.answers(message, me.id):
            return None

        async def look() -> tuple[Address | None]:
            return (await below.task_of(self._hearing, message.channel, number, me.id),)

        return (await self._hearing.insist(look))[0]

    async def _miss(self, message: discord.Message, address: Address) -> None:
        """A message without words: a sticker, or one that Discord keeps from us."""
        kept_from_us = not self._client.intents.message_content
        if kept_from_us and self._hearing.threads.first_request(address):
            await reply.below(message, Refused(NO_CONTENT))
