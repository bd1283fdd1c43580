"""The bits by which a session says what it wants to hear."""

from __future__ import annotations

from enum import IntFlag

from adapters.simulators.discord.channel import Channel


class Intent(IntFlag):
    GUILDS = 1 << 0
    MEMBERS = 1 << 1
    PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_REACTIONS = 1 << 10
    GUILD_TYPING = 1 << 11
    DIRECT_MESSAGES = 1 << 12
    DIRECT_REACTIONS = 1 << 13
    DIRECT_TYPING = 1 << 14
    MESSAGE_CONTENT = 1 << 15


def messages(channel: Channel) -> Intent:
    return Intent.GUILD_MESSAGES if channel.guild else Intent.DIRECT_MESSAGES


def reactions(channel: Channel) -> Intent:
    return Intent.GUILD_REACTIONS if channel.guild else Intent.DIRECT_REACTIONS


def typing(channel: Channel) -> Intent:
    return Intent.GUILD_TYPING if channel.guild else Intent.DIRECT_TYPING
