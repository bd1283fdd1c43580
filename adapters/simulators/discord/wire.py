"""Users, members, messages and threads as Discord sends them."""

from __future__ import annotations

from adapters.simulators.discord import cdn
from adapters.simulators.discord.emoji import emoji_json
from adapters.simulators.discord.message import Attachment, Flag, Message, Quote
from adapters.simulators.discord.payload import Json, moment
from adapters.simulators.discord.people import Member, User
from adapters.simulators.discord.state import State
from adapters.simulators.discord.wire_media import components_json, embeds_json, listed
from adapters.simulators.discord.wire_places import thread_json


def user_json(user: User) -> Json:
    return {
        "id": str(user.id),
        "username": user.name.lower().replace(" ", "_"),
        "global_name": None if user.bot else user.name,
        "discriminator": "0000" if user.bot else "0",
        "avatar": None,
        "bot": user.bot,
        "primary_guild": None,
        "public_flags": 0,
        "flags": 0,
    }


def member_json(member: Member, *, user: bool = True) -> Json:
    said: Json = {
        "roles": [str(role) for role in sorted(member.roles)],
        "nick": member.nick,
        "avatar": None,
        "banner": None,
        "joined_at": moment(member.joined),
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
        "communication_disabled_until": None,
    }
    if user:
        said["user"] = user_json(member.user)
    return said


def attachment_json(world: State, file: Attachment) -> Json:
    url = cdn.address(world, file)
    said: Json = {
        "id": str(file.id),
        "filename": file.name,
        "size": len(file.data),
        "url": url,
        "proxy_url": url,
        "content_type": file.media_type,
    }
    if file.description is not None:
        said["description"] = file.description
    return said


def message_json(world: State, message: Message, *, bare: bool = False) -> Json:
    """`bare` leaves out what the intent for message content stands for."""
    said = _frame(world, message) | _content(world, message, bare)
    if message.reply:
        said |= _reference(world, message, message.reply, bare)
    if message.thread and message.thread.id in world.channels:
        said["thread"] = thread_json(message.thread)
    return said


def _reference(world: State, message: Message, reply: Quote, bare: bool) -> Json:
    """The message that this one answers, without what that one answers."""
    channel = world.channels.get(reply.channel)
    answered = channel.messages.get(reply.message) if channel else None
    said: Json = {
        "message_reference": {
            "type": 0,
            "channel_id": str(reply.channel),
            "message_id": str(reply.message),
            **_guild_id(message),
        },
        "referenced_message": None,
    }
    if answered:
        hidden = bare and not spared(world, answered)
        said["referenced_message"] = _frame(world, answered) | _content(world, answered, hidden)
    return said


def spared(world: State, message: Message) -> bool:
    """Whether the bot reads this without the intent for message content."""
    named = world.bot in message.body.mentions.users
    return named or message.author is world.bot or message.channel.guild is None


def _guild_id(message: Message) -> Json:
    guild = message.channel.guild
    return {"guild_id": str(guild.id)} if guild else {}


def _frame(world: State, message: Message) -> Json:
    flags = message.body.flags | (Flag.HAS_THREAD if message.thread else Flag(0))
    said: Json = {
        "id": str(message.id),
        "type": int(message.kind),
        "channel_id": str(message.channel.id),
        "author": user_json(message.author),
        "timestamp": moment(message.made),
        "edited_timestamp": moment(message.edited),
        "tts": False,
        "pinned": message.pinned,
        "flags": int(flags),
        "mention_everyone": message.body.mentions.everyone,
        "mentions": [_named(message, user) for user in message.body.mentions.users],
        "mention_roles": [str(role) for role in message.body.mentions.roles],
        "reactions": [
            _reaction(world, emoji, users) for emoji, users in message.reactions.items() if users
        ],
    }
    if message.nonce is not None:
        said["nonce"] = message.nonce
    if message.application:
        said["application_id"] = str(message.application)
    if message.webhook:
        said["webhook_id"] = str(message.webhook)
    if message.asked:
        said["interaction_metadata"] = message.asked
    return said


def _content(world: State, message: Message, bare: bool) -> Json:
    if bare:
        return {"content": "", "embeds": [], "components": [], "attachments": []}
    body = message.body
    return {
        "content": body.content,
        "embeds": embeds_json(world, body),
        "components": components_json(world, body),
        "attachments": [attachment_json(world, file) for file in listed(body)],
    }


def _named(message: Message, user: User) -> Json:
    guild = message.channel.guild
    member = guild.members.get(user.id) if guild else None
    said = user_json(user)
    if member:
        said["member"] = member_json(member, user=False)
    return said


def _reaction(world: State, emoji: str, users: list[User]) -> Json:
    return {
        "emoji": emoji_json(emoji),
        "count": len(users),
        "count_details": {"normal": len(users), "burst": 0},
        "me": world.bot in users,
        "me_burst": False,
        "burst_colors": [],
    }
