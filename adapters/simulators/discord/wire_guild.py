"""The whole of a guild, as GUILD_CREATE tells it."""

from __future__ import annotations

from adapters.simulators.discord import permissions
from adapters.simulators.discord.channel import THREADS, Channel
from adapters.simulators.discord.guild import Guild
from adapters.simulators.discord.payload import Json, moment
from adapters.simulators.discord.state import State
from adapters.simulators.discord.wire import member_json
from adapters.simulators.discord.wire_places import (
    channel_json,
    role_json,
    thread_json,
    thread_member_json,
)

_USUAL: Json = {
    "icon": None,
    "splash": None,
    "discovery_splash": None,
    "afk_channel_id": None,
    "afk_timeout": 300,
    "verification_level": 0,
    "default_message_notifications": 0,
    "explicit_content_filter": 0,
    "mfa_level": 0,
    "application_id": None,
    "system_channel_id": None,
    "system_channel_flags": 0,
    "rules_channel_id": None,
    "vanity_url_code": None,
    "description": None,
    "banner": None,
    "premium_subscription_count": 0,
    "preferred_locale": "en-US",
    "public_updates_channel_id": None,
    "nsfw_level": 0,
    "premium_progress_bar_enabled": False,
    "region": "automatic",
    "nsfw": False,
    "home_header": None,
    "incidents_data": None,
    "safety_alerts_channel_id": None,
    "widget_enabled": False,
    "widget_channel_id": None,
    "max_members": 500_000,
    "max_presences": None,
    "max_video_channel_users": 25,
    "max_stage_video_channel_users": 50,
}
"""What is the same in every guild here."""


def guild_json(guild: Guild) -> Json:
    return {
        **_USUAL,
        "id": str(guild.id),
        "name": guild.name,
        "owner_id": str(guild.owner.id),
        "premium_tier": guild.tier,
        "roles": [role_json(role) for role in guild.roles.values()],
        "emojis": [],
        "stickers": [],
        "features": [],
    }


def guild_create_json(world: State, guild: Guild) -> Json:
    """With channels, active threads and members. Channels that the bot does not see are in it, as
    in the real one; threads are not."""
    here = [c for c in world.channels.values() if c.guild is guild]
    return {
        **guild_json(guild),
        "joined_at": moment(guild.members[world.bot.id].joined),
        "large": False,
        "unavailable": False,
        "member_count": len(guild.members),
        "members": [member_json(member) for member in guild.members.values()],
        "channels": [channel_json(c) for c in here if c.kind not in THREADS],
        "threads": [
            thread_json(c) | _membership(world, c)
            for c in here
            if c.thread and not c.thread.archived and permissions.sees(c, world.bot)
        ],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def _membership(world: State, channel: Channel) -> Json:
    if not channel.thread or world.bot.id not in channel.thread.members:
        return {}
    return {"member": thread_member_json(channel, channel.thread, world.bot.id)}
