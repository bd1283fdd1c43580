"""Who may do what where: roles, then the channel's overwrites (docs: Permissions)."""

from __future__ import annotations

from enum import IntFlag

from adapters.simulators.discord import refusals
from adapters.simulators.discord.channel import THREADS, Channel, Kind
from adapters.simulators.discord.people import User


class Right(IntFlag):
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    MANAGE_WEBHOOKS = 1 << 29
    USE_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_IN_THREADS = 1 << 38
    PIN_MESSAGES = 1 << 51
    BYPASS_SLOWMODE = 1 << 52


ALL = Right((1 << 53) - 1)
MEMBER = (
    Right.VIEW_CHANNEL | Right.SEND_MESSAGES | Right.SEND_IN_THREADS | Right.READ_HISTORY
    | Right.CREATE_PUBLIC_THREADS | Right.CREATE_PRIVATE_THREADS | Right.ADD_REACTIONS
    | Right.EMBED_LINKS | Right.ATTACH_FILES | Right.USE_COMMANDS
)  # fmt: skip
"""What @everyone may do at first."""
BOT = Right(309237763136)
"""The smallest set that the invite of the bot asks for."""
DIRECT = ALL & ~(Right.CREATE_PUBLIC_THREADS | Right.CREATE_PRIVATE_THREADS)


def rights(channel: Channel, user: User) -> Right:
    """Of this user in this channel; none without membership."""
    guild = channel.guild
    if guild is None:
        return DIRECT if user in channel.recipients or user.bot else Right(0)
    member = guild.members.get(user.id)
    if member is None:
        return Right(0)
    if guild.owner is user:
        return ALL
    held = Right(guild.roles[guild.id].permissions)
    for role in member.roles:
        held |= Right(guild.roles[role].permissions)
    if held & Right.ADMINISTRATOR:
        return ALL
    return _overwritten(channel, held, user.id, member.roles)


def _overwritten(channel: Channel, held: Right, user: int, roles: set[int]) -> Right:
    place = channel.parent if channel.kind in THREADS and channel.parent else channel
    assert channel.guild is not None
    for over in place.overwrites:
        if over.target == channel.guild.id:
            held = held & ~Right(over.deny) | Right(over.allow)
    of_roles = [over for over in place.overwrites if not over.member and over.target in roles]
    for over in of_roles:
        held &= ~Right(over.deny)
    for over in of_roles:
        held |= Right(over.allow)
    for over in place.overwrites:
        if over.member and over.target == user:
            held = held & ~Right(over.deny) | Right(over.allow)
    return held


def sees(channel: Channel, user: User) -> bool:
    """Private threads only show themselves to members and to those who manage threads."""
    held = rights(channel, user)
    if not held & Right.VIEW_CHANNEL:
        return False
    if channel.kind is Kind.PRIVATE_THREAD and channel.thread:
        return user.id in channel.thread.members or bool(held & Right.MANAGE_THREADS)
    return True


def need(channel: Channel, user: User, *wanted: Right) -> None:
    """Raises Refusal 50001 if the channel cannot be seen, 50013 if a right is missing there."""
    if not sees(channel, user):
        raise refusals.no_access()
    held = rights(channel, user)
    if any(not held & right for right in wanted):
        raise refusals.no_permission()


def speaking(channel: Channel) -> Right:
    """The right that sending here takes: Send Messages does not count in threads."""
    return Right.SEND_IN_THREADS if channel.kind in THREADS else Right.SEND_MESSAGES
