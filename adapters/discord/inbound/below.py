"""Which task of a channel a message of ours belongs to. Where no thread could be made each of ours
answers the message that asks, or the message of ours that it took over from."""

from __future__ import annotations

import discord

from adapters.discord.inbound.event_dispatcher import EventDispatcher
from adapters.discord.inbound.thread_address import address_in, is_conversation
from runtime.ids import Address

_LINKS = 3  # a card goes on in a new message once, and that answers the first one
_LOST = (403, 404)


def answers(message: discord.Message, me: int) -> bool:
    """Whether it is a reply to a message of ours in a channel, with or without a ping."""
    if isinstance(message.channel, discord.PartialMessageable) or is_conversation(message.channel):
        return False
    answered = message.reference and message.reference.resolved
    return isinstance(answered, discord.Message) and answered.author.id == me


async def task_of(
    dispatcher: EventDispatcher, channel: discord.abc.MessageableChannel, number: int, me: int
) -> Address | None:
    """The task that our message with this id belongs to; None if it is of none. A message that
    began a task is its own. Raises discord.DiscordException."""
    assert not isinstance(channel, discord.PartialMessageable), "its kind is known"
    for _ in range(_LINKS):
        address = address_in(channel, number)
        if await dispatcher.threads.ours(address):
            return address
        message = await _fetched(channel, number)
        reference = message.reference if message and message.author.id == me else None
        if reference is None or reference.message_id is None:
            return None
        number = reference.message_id
    return None


async def _fetched(channel: discord.abc.MessageableChannel, number: int) -> discord.Message | None:
    """A message that is part of another one comes without what it answers."""
    try:
        return await channel.fetch_message(number)
    except discord.HTTPException as error:
        if error.status not in _LOST:
            raise
        return None
