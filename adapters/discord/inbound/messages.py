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
from adapters.discord.inbound.parts import parts
from adapters.discord.inbound.people import actor_of
from adapters.discord.inbound.thread_address import address_of
from adapters.ports.inbound import Edited, InfoReply, Mention, Refused, Reply
from runtime.events import Part
from runtime.ids import Address

NO_CONTENT = (
    "I cannot read messages here that do not mention me: the message content intent of this app is"
    " switched off. Mention me in every message."
)


class MessageListener:
    def __init__(self, client: discord.Client, dispatcher: EventDispatcher) -> None:
        self._client, self._dispatcher = client, dispatcher

    def heard(self, message: discord.Message) -> None:
        """Called in the order of the gateway."""
        conversation = isinstance(
            message.channel, discord.Thread | discord.DMChannel | discord.PartialMessageable
        )
        if by_people(message) and (conversation or self._named(message) or self._answers(message)):
            self._begin(message)

    def edited(self, message: discord.Message) -> None:
        """What people change; a preview that is added, a pin and a thread are no edits."""
        if by_people(message) and message.edited_at is not None:
            self._begin(message, message.edited_at.isoformat())

    def _begin(self, message: discord.Message, revision: str = "") -> None:
        channel = message.channel
        is_apart = isinstance(channel, discord.abc.GuildChannel) and not self._answers(message)
        thread_lock = message.id if is_apart else channel.id
        self._dispatcher.begin(lambda: self._in_order(message, thread_lock, revision))

    async def _in_order(self, message: discord.Message, thread_lock: int, revision: str) -> None:
        async with self._dispatcher.thread_lock(thread_lock):
            await self._take(message, revision)

    async def _take(self, message: discord.Message, revision: str) -> None:
        dispatcher, named = self._dispatcher, self._named(message)
        called = named or isinstance(message.channel, discord.DMChannel)
        address = await self._answered(message)
        called = called and address is None
        if address is None:
            found = await dispatcher.insist(lambda: address_of(self._client, message))
            if not called and not await dispatcher.insist(lambda: dispatcher.threads.ours(found)):
                return
            address = found
        said = self._said(message, address, called=called, named=named)
        is_empty = not (said.text or said.files or said.parts)
        if not called and is_empty and not revision:
            await self._miss(message, address)
            return
        inbound = Edited(said, revision) if revision else said
        # It is tried until it works: Discord delivers nothing twice.
        receipt = await dispatcher.insist(lambda: dispatcher.record(inbound))
        if isinstance(receipt, Refused | InfoReply):
            await reply.below(message, receipt)
        elif not receipt.aside or not revision:
            dispatcher.threads.begun(address)

    def _said(
        self, message: discord.Message, address: Address, *, called: bool, named: bool
    ) -> Mention | Reply:
        me = self._client.user
        actor, number, place = actor_of(message.author), str(message.id), str(message.channel.id)
        text, kept = words(message, me.id if me else 0), files(message)
        found = parts(message, me.id if me else 0)
        if called:
            found = (*_title(message), *found)
            return Mention(address, actor, number, text, place, kept, direct=not named, parts=found)
        to = recipient(message, me.id if me else 0, text, our_names(self._client, message.guild))
        return Reply(address, actor, number, text, place, kept, to=to, parts=found)

    def _named(self, message: discord.Message) -> bool:
        me = self._client.user
        return me is not None and calls(message, me.id)

    def _answers(self, message: discord.Message) -> bool:
        me = self._client.user
        return me is not None and below.answers(message, me.id)

    async def _answered(self, message: discord.Message) -> Address | None:
        """The task of the channel, one of whose messages this is a reply to."""
        me, reference = self._client.user, message.reference
        number = reference and reference.message_id
        if me is None or number is None or not self._answers(message):
            return None

        async def look() -> tuple[Address | None]:
            return (await below.task_of(self._dispatcher, message.channel, number, me.id),)

        return (await self._dispatcher.insist(look))[0]

    async def _miss(self, message: discord.Message, address: Address) -> None:
        """A message without words: a sticker, or one that Discord keeps from us."""
        kept_from_us = not self._client.intents.message_content
        if kept_from_us and self._dispatcher.threads.first_request(address):
            await reply.below(message, Refused(NO_CONTENT))


def _title(message: discord.Message) -> tuple[Part, ...]:
    """Of a forum post, which its author wrote like the first message."""
    channel = message.channel
    if isinstance(channel, discord.Thread) and isinstance(channel.parent, discord.ForumChannel):
        return (Part(kind="title", text=channel.name),)
    return ()
