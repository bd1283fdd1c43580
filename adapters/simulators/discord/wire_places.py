"""Guilds, roles, channels and threads as Discord sends them."""

from __future__ import annotations

from adapters.simulators.discord.channel import THREADS, Channel, Kind, Thread
from adapters.simulators.discord.message import Message, MessageKind
from adapters.simulators.discord.payload import Json, moment
from adapters.simulators.discord.people import Role, User


def role_json(role: Role) -> Json:
    said: Json = {
        "id": str(role.id),
        "name": role.name,
        "color": role.colour,
        "colors": {
            "primary_color": role.colour,
            "secondary_color": None,
            "tertiary_color": None,
        },
        "hoist": False,
        "icon": None,
        "unicode_emoji": None,
        "position": role.position,
        "permissions": str(int(role.permissions)),
        "managed": role.bot is not None,
        "mentionable": role.mentionable,
        "flags": 0,
    }
    if role.bot:
        said["tags"] = {"bot_id": str(role.bot)}
    return said


def place_json(channel: Channel) -> Json:
    return thread_json(channel) if channel.kind in THREADS else channel_json(channel)


def channel_json(channel: Channel) -> Json:
    said: Json = {
        "id": str(channel.id),
        "type": int(channel.kind),
        "last_message_id": str(channel.newest) if channel.newest else None,
        "flags": 1 << 4 if channel.require_tag else 0,
    }
    if channel.guild is None:
        return {
            **said,
            "recipients": [_recipient(user) for user in channel.recipients if not user.bot],
        }
    said |= {
        "guild_id": str(channel.guild.id),
        "name": channel.name,
        "topic": channel.topic,
        "position": channel.position,
        "parent_id": None,
        "nsfw": False,
        "rate_limit_per_user": channel.slow,
        "permission_overwrites": [
            {"id": str(o.target), "type": int(o.member), "allow": str(o.allow), "deny": str(o.deny)}
            for o in channel.overwrites
        ],
    }
    if channel.kind in (Kind.VOICE, Kind.STAGE):
        said |= {"bitrate": 64_000, "user_limit": 0, "rtc_region": None}
    if channel.kind is Kind.FORUM:
        said |= {
            "available_tags": [
                {"id": str(i), "name": name, "moderated": False, "emoji_id": None,
                 "emoji_name": None}
                for i, name in channel.tags.items()
            ],
            "default_reaction_emoji": None, "default_sort_order": None, "default_forum_layout": 0,
        }  # fmt: skip
    return said


def _recipient(user: User) -> Json:
    return {
        "id": str(user.id),
        "username": user.name.lower().replace(" ", "_"),
        "global_name": user.name,
        "discriminator": "0",
        "avatar": None,
        "bot": user.bot,
    }


def thread_json(channel: Channel) -> Json:
    thread, guild, parent = channel.thread, channel.guild, channel.parent
    assert thread
    assert guild
    assert parent
    return {
        "id": str(channel.id),
        "type": int(channel.kind),
        "guild_id": str(guild.id),
        "parent_id": str(parent.id),
        "owner_id": str(thread.owner.id),
        "name": channel.name,
        "last_message_id": str(channel.newest) if channel.newest else None,
        "rate_limit_per_user": channel.slow,
        "message_count": len([m for m in channel.messages.values() if not _opens(m)]),
        "total_message_sent": thread.sent,
        "member_count": len(thread.members),
        "applied_tags": [str(tag) for tag in thread.tags],
        "flags": 0,
        "thread_metadata": {
            "archived": thread.archived,
            "archive_timestamp": moment(thread.archived_at or channel.made),
            "auto_archive_duration": thread.minutes,
            "locked": thread.locked,
            "invitable": thread.invitable,
            "create_timestamp": moment(channel.made),
        },
    }


def _opens(message: Message) -> bool:
    """The first line of a thread is not counted."""
    return message.kind is MessageKind.THREAD_STARTER


def thread_member_json(channel: Channel, thread: Thread, user: int) -> Json:
    return {
        "id": str(channel.id),
        "user_id": str(user),
        "join_timestamp": moment(thread.members[user]),
        "flags": 1,
    }
