"""Direct messages."""

from __future__ import annotations

from adapters.discord.simulator.channel import Channel, Kind
from adapters.discord.simulator.people import User
from adapters.discord.simulator.wire_places import channel_json
from adapters.discord.simulator.world import Event, World


def direct(world: World, user: User) -> Channel:
    """The direct messages of this person with the bot, made if they are not there."""
    known = world.dm(user)
    if known:
        return known
    channel = Channel(world.ids.next(), Kind.DM, "", world.now(), recipients=(user, world.bot))
    world.channels[channel.id] = channel
    world.publish(Event("CHANNEL_CREATE", channel_json(channel), channel=channel))
    return channel
