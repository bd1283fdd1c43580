"""Building what is there before anything happens: guilds, roles, people and channels."""

from __future__ import annotations

from collections.abc import Iterable

from adapters.simulators.discord.channel import Channel, Kind, Overwrite
from adapters.simulators.discord.guild import Guild
from adapters.simulators.discord.intents import Intent
from adapters.simulators.discord.people import Member, Role, User
from adapters.simulators.discord.permissions import BOT, MEMBER, Right
from adapters.simulators.discord.state import Event, State
from adapters.simulators.discord.threads import changed
from adapters.simulators.discord.wire import member_json
from adapters.simulators.discord.wire_guild import guild_create_json
from adapters.simulators.discord.wire_places import channel_json, role_json

FIRST_CHANNELS = (
    ("general", Kind.TEXT),
    ("random", Kind.TEXT),
    ("news", Kind.ANNOUNCEMENT),
    ("ideas", Kind.FORUM),
    ("meeting", Kind.VOICE),
)


def found_guild(world: State, name: str, owner: User, rights: Right = BOT) -> Guild:
    """A guild of which the bot is a member, with its own managed role."""
    now = world.now()
    guild = Guild(world.ids.next(), name, owner, now)
    own = Role(world.ids.next(), world.bot.name, rights, 1, bot=world.application)
    guild.roles = {guild.id: Role(guild.id, "@everyone", MEMBER), own.id: own}
    guild.members = {owner.id: Member(owner, now), world.bot.id: Member(world.bot, now, {own.id})}
    world.guilds[guild.id] = guild
    world.publish(
        Event("GUILD_CREATE", guild_create_json(world, guild), Intent.GUILDS, None, guild)
    )
    return guild


def add_user(world: State, guild: Guild, name: str) -> User:
    """Somebody new, who joins this guild."""
    user = User(world.ids.next(), name)
    world.users[user.id] = user
    join_guild(world, guild, user)
    return user


def join_guild(world: State, guild: Guild, user: User) -> None:
    guild.members[user.id] = Member(user, world.now())
    data = {**member_json(guild.members[user.id]), "guild_id": str(guild.id)}
    world.publish(Event("GUILD_MEMBER_ADD", data, Intent.MEMBERS, None, guild))


def add_role(
    world: State, guild: Guild, name: str, members: Iterable[User] = (), mentionable: bool = False
) -> Role:
    role = Role(world.ids.next(), name, 0, len(guild.roles), mentionable=mentionable)
    guild.roles[role.id] = role
    data = {"guild_id": str(guild.id), "role": role_json(role)}
    world.publish(Event("GUILD_ROLE_CREATE", {**data}, Intent.GUILDS, None, guild))
    for user in members:
        guild.members[user.id].roles.add(role.id)
        member = {**member_json(guild.members[user.id]), "guild_id": str(guild.id)}
        world.publish(Event("GUILD_MEMBER_UPDATE", member, Intent.MEMBERS, None, guild))
    return role


def add_channel(world: State, guild: Guild, name: str, kind: Kind = Kind.TEXT) -> Channel:
    position = len([c for c in world.channels.values() if c.guild is guild])
    channel = Channel(world.ids.next(), kind, name, world.now(), guild, position=position)
    world.channels[channel.id] = channel
    data = channel_json(channel)
    world.publish(Event("CHANNEL_CREATE", data, Intent.GUILDS, None, guild))
    return channel


def overwrite(
    world: State, channel: Channel, target: User | Role, allow: Right, deny: Right
) -> None:
    """Say what somebody may and may not do here; replaces what was said before."""
    member = isinstance(target, User)
    kept = [over for over in channel.overwrites if over.target != target.id]
    channel.overwrites = [*kept, Overwrite(target.id, member, allow, deny)]
    changed(world, channel)
