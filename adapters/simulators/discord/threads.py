"""What happens to threads: opened, joined, archived, locked, deleted."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.simulators.discord.channel import Channel, Kind, Thread
from adapters.simulators.discord.intents import Intent
from adapters.simulators.discord.message import Message
from adapters.simulators.discord.payload import Json
from adapters.simulators.discord.people import User
from adapters.simulators.discord.state import Event, State
from adapters.simulators.discord.wire_places import channel_json, thread_json, thread_member_json


@dataclass(frozen=True, slots=True)
class Plan:
    """A thread that shall be: `minutes` without an act archive it."""

    name: str
    kind: Kind
    minutes: int = 4_320
    slow: int = 0
    invitable: bool = True
    tags: tuple[int, ...] = ()


def open_thread(
    world: State, parent: Channel, owner: User, plan: Plan, starter: Message | None = None
) -> Channel:
    """A thread made from a message has the message's id."""
    now = world.now()
    thread = Thread(owner, now, plan.minutes, invitable=plan.invitable, tags=[*plan.tags])
    channel = Channel(
        id=starter.id if starter else world.ids.next(),
        kind=plan.kind,
        name=plan.name,
        made=now,
        guild=parent.guild,
        parent=parent,
        slow=plan.slow,
        thread=thread,
    )
    thread.members[owner.id] = now
    world.channels[channel.id] = channel
    data = thread_json(channel) | {"newly_created": True}
    if owner is world.bot:
        data["member"] = thread_member_json(channel, thread, owner.id)
    _tell(world, "THREAD_CREATE", channel, data)
    return channel


def join(world: State, channel: Channel, user: User) -> None:
    assert channel.thread
    if user.id in channel.thread.members:
        return
    channel.thread.members[user.id] = world.now()
    added = thread_member_json(channel, channel.thread, user.id)
    _tell_members(world, channel, {"added_members": [added]})


def leave(world: State, channel: Channel, user: User) -> None:
    assert channel.thread
    if channel.thread.members.pop(user.id, None):
        _tell_members(world, channel, {"removed_member_ids": [str(user.id)]})


def wake(world: State, channel: Channel) -> None:
    """An act that keeps it open, and opens it if it was archived."""
    thread = channel.thread
    if thread is None:
        return
    thread.active = world.now()
    if thread.archived:
        archive(world, channel, False)


def archive(world: State, channel: Channel, archived: bool) -> None:
    """Archive or open it; opening counts as an act."""
    assert channel.thread
    channel.thread.archived = archived
    channel.thread.archived_at = world.now()
    if not archived:
        channel.thread.active = world.now()
    changed(world, channel)


def changed(world: State, channel: Channel) -> None:
    """Channels are told of even where the bot sees nothing of what is in them."""
    if channel.thread:
        _tell(world, "THREAD_UPDATE", channel, thread_json(channel))
    else:
        data = channel_json(channel)
        world.publish(Event("CHANNEL_UPDATE", data, Intent.GUILDS, None, channel.guild))


def remove(world: State, channel: Channel) -> None:
    """Delete a channel with its threads, or a thread."""
    for thread in world.threads(channel):
        remove(world, thread)
    assert channel.guild
    if channel.thread and channel.parent:
        data: Json = {
            "id": str(channel.id),
            "guild_id": str(channel.guild.id),
            "parent_id": str(channel.parent.id),
            "type": int(channel.kind),
        }
        _tell(world, "THREAD_DELETE", channel, data)
    else:
        data = channel_json(channel)
        world.publish(Event("CHANNEL_DELETE", data, Intent.GUILDS, None, channel.guild))
    world.channels.pop(channel.id, None)


def archive_due(world: State) -> None:
    """Archive what nobody has acted in for too long."""
    for channel in [*world.channels.values()]:
        thread = channel.thread
        if thread and not thread.archived and thread.closes <= world.now():
            archive(world, channel, True)


def _tell(world: State, name: str, channel: Channel, data: Json) -> None:
    world.publish(Event(name, data, Intent.GUILDS, channel, channel.guild))


def _tell_members(world: State, channel: Channel, change: Json) -> None:
    assert channel.thread
    assert channel.guild
    data: Json = {
        "id": str(channel.id),
        "guild_id": str(channel.guild.id),
        "member_count": len(channel.thread.members),
        **change,
    }
    _tell(world, "THREAD_MEMBERS_UPDATE", channel, data)
