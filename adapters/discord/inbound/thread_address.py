"""Where it was said, and to which thread that belongs."""

from __future__ import annotations

import discord

from runtime.ids import Address

Channel = discord.abc.GuildChannel | discord.abc.PrivateChannel | discord.Thread


def address_in(channel: Channel, message_id: int) -> Address:
    """A thread made from a message has the id of that message, so a session may be named before
    there is a thread. In a thread, or in a direct message, the place is the conversation."""
    match channel:
        case discord.Thread():
            return _address(channel.guild.id, channel.parent_id, channel.id)
        case discord.abc.GuildChannel():
            return _address(channel.guild.id, channel.id, message_id)
        case _:
            return _address("", channel.id, channel.id)


def is_conversation(channel: Channel) -> bool:
    """Whether all that is said there belongs together."""
    return isinstance(channel, discord.Thread | discord.abc.PrivateChannel)


async def address_of(client: discord.Client, message: discord.Message) -> Address:
    """Raises discord.HTTPException. Discord is asked for a channel that is not in the cache: an
    archived thread never is."""
    channel = message.channel
    if isinstance(channel, discord.PartialMessageable):
        return address_in(await client.fetch_channel(channel.id), message.id)
    return address_in(channel, message.id)


def _address(team: object, channel: object, thread: object) -> Address:
    return Address(platform="discord", team=str(team), channel=str(channel), thread=str(thread))
