"""Direct messages."""

from __future__ import annotations

from adapters.simulators.discord.channel import Channel, Kind
from adapters.simulators.discord.people import User
from adapters.simulators.discord.state import Event, State
from adapters.simulators.discord.wire_places import channel_json


def direct(world: State, user: User) -> Channel:
    """The direct messages of this person with the bot, made if they are not there."""
    known = world.dm(user)
    if known:
        return known
    channel = Channel(world.ids.next(), Kind.DM, "", world.now(), recipients=(user, world.bot))
    world.channels[channel.id] = channel
    world.publish(Event("CHANNEL_CREATE", channel_json(channel), channel=channel))
    return channel
