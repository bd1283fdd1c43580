"""What happens to messages: posted, edited, deleted, reacted to. Permissions are asked before."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.simulators.discord import intents, threads
from adapters.simulators.discord.channel import Channel
from adapters.simulators.discord.emoji import emoji_json
from adapters.simulators.discord.message import Body, Message, MessageKind, Quote, Version
from adapters.simulators.discord.payload import Json
from adapters.simulators.discord.people import User
from adapters.simulators.discord.state import Event, State
from adapters.simulators.discord.wire import member_json, message_json, spared


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a message has beside its body."""

    kind: MessageKind = MessageKind.DEFAULT
    nonce: str | None = None
    reply: Quote | None = None
    application: int | None = None
    webhook: int | None = None
    asked: Json | None = None
    number: int | None = None


PLAIN = Envelope()


def make(
    world: State, channel: Channel, author: User, body: Body, envelope: Envelope = PLAIN
) -> Message:
    """A message that nobody was told of yet."""
    now = world.now()
    return Message(
        id=envelope.number or world.ids.next(),
        channel=channel,
        author=author,
        made=now,
        body=body,
        kind=envelope.kind,
        nonce=envelope.nonce,
        reply=envelope.reply,
        application=envelope.application,
        webhook=envelope.webhook,
        asked=envelope.asked,
        versions=[Version(body, now)],
    )


def post(
    world: State, channel: Channel, author: User, body: Body, envelope: Envelope = PLAIN
) -> Message:
    """Everybody there gets it. An archived thread opens by it."""
    threads.wake(world, channel)
    message = make(world, channel, author, body, envelope)
    channel.messages[message.id] = message
    channel.newest = message.id
    channel.spoke[author.id] = message.made
    world.typing.pop((channel.id, author.id), None)
    if channel.thread:
        channel.thread.sent += 1
        if author.id not in channel.thread.members:
            threads.join(world, channel, author)
    _tell(world, "MESSAGE_CREATE", message)
    return message


def edit(world: State, message: Message, body: Body) -> None:
    """Replaces what it says."""
    message.body = body
    message.edited = world.now()
    message.versions.append(Version(body, message.edited))
    if message.only_for is None:
        _tell(world, "MESSAGE_UPDATE", message)
    else:
        world.notify()


def refresh(world: State, message: Message) -> None:
    """Something beside the text changed: it was pinned, or has a thread now."""
    _tell(world, "MESSAGE_UPDATE", message)


def delete(world: State, message: Message) -> None:
    message.deleted = True
    world.notices.pop(message.id, None)
    if message.channel.messages.pop(message.id, None) is None:
        world.notify()
        return
    channel = message.channel
    channel.pins.pop(message.id, None)
    data: Json = {"id": str(message.id), "channel_id": str(channel.id), **_guild_id(channel)}
    world.publish(Event("MESSAGE_DELETE", data, intents.messages(channel), channel))


def react(world: State, message: Message, user: User, emoji: str) -> None:
    users = message.reactions.setdefault(emoji, [])
    if user not in users:
        users.append(user)
        _tell_reaction(world, "MESSAGE_REACTION_ADD", message, user, emoji)


def unreact(world: State, message: Message, user: User, emoji: str) -> None:
    users = message.reactions.get(emoji, [])
    if user in users:
        users.remove(user)
        _tell_reaction(world, "MESSAGE_REACTION_REMOVE", message, user, emoji)
    if not users:
        message.reactions.pop(emoji, None)


def type_in(world: State, channel: Channel, user: User) -> None:
    """Shown for 10 seconds, or until this user writes."""
    world.typing[channel.id, user.id] = world.now()
    data: Json = {
        "channel_id": str(channel.id),
        "user_id": str(user.id),
        "timestamp": int(world.now().timestamp()),
        **_guild_id(channel),
        **_member(channel, user),
    }
    world.publish(Event("TYPING_START", data, intents.typing(channel), channel))


def _tell(world: State, name: str, message: Message) -> None:
    extra: Json = {**_guild_id(message.channel), **_member(message.channel, message.author, False)}
    full = message_json(world, message) | extra
    bare = None if spared(world, message) else message_json(world, message, bare=True) | extra
    channel = message.channel
    world.publish(Event(name, full, intents.messages(channel), channel, channel.guild, bare))


def _tell_reaction(world: State, name: str, message: Message, user: User, emoji: str) -> None:
    channel = message.channel
    data: Json = {
        "user_id": str(user.id),
        "channel_id": str(channel.id),
        "message_id": str(message.id),
        "emoji": emoji_json(emoji),
        "burst": False,
        "type": 0,
        **_guild_id(channel),
    }
    if name == "MESSAGE_REACTION_ADD":
        data |= {"message_author_id": str(message.author.id), "burst_colors": []}
        data |= _member(channel, user)
    world.publish(Event(name, data, intents.reactions(channel), channel))


def _guild_id(channel: Channel) -> Json:
    return {"guild_id": str(channel.guild.id)} if channel.guild else {}


def _member(channel: Channel, user: User, whole: bool = True) -> Json:
    member = channel.guild.members.get(user.id) if channel.guild else None
    return {"member": member_json(member, user=whole)} if member else {}
