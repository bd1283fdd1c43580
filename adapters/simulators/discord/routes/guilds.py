"""/guilds and /users: who is where."""

from __future__ import annotations

from pydantic import JsonValue

from adapters.simulators.discord import directs, refusals
from adapters.simulators.discord.call import Call, Route
from adapters.simulators.discord.channel import THREADS
from adapters.simulators.discord.rules.form import Form
from adapters.simulators.discord.wire import member_json, user_json
from adapters.simulators.discord.wire_guild import guild_json
from adapters.simulators.discord.wire_places import channel_json, role_json


async def guild(call: Call) -> JsonValue:
    return guild_json(call.world.guild(call.number("guild_id")))


async def mine(call: Call) -> JsonValue:
    return [guild_json(guild) for guild in call.world.guilds.values()]


async def channels(call: Call) -> JsonValue:
    here = call.world.guild(call.number("guild_id"))
    found = [c for c in call.world.channels.values() if c.guild is here and c.kind not in THREADS]
    return [channel_json(c) for c in found]


async def roles(call: Call) -> JsonValue:
    here = call.world.guild(call.number("guild_id"))
    return [role_json(role) for role in here.roles.values()]


async def members(call: Call) -> JsonValue:
    """Takes the intent for members, as the gateway does."""
    here = call.world.guild(call.number("guild_id"))
    if not call.world.portal.members:
        raise refusals.no_access()
    limit, after = call.limit(1_000, 1), call.asked("after") or 0
    found = sorted((m for m in here.members.values() if m.user.id > after), key=lambda m: m.user.id)
    return [member_json(member) for member in found[:limit]]


async def member(call: Call) -> JsonValue:
    here = call.world.guild(call.number("guild_id"))
    found = here.members.get(call.number("user_id"))
    if found is None:
        known = call.number("user_id") in call.world.users
        raise refusals.unknown_member() if known else refusals.unknown_user()
    return member_json(found)


async def user(call: Call) -> JsonValue:
    found = call.world.users.get(call.number("user_id"))
    if found is None:
        raise refusals.unknown_user()
    return user_json(found)


async def direct(call: Call) -> JsonValue:
    """Opens, or finds, the direct messages with a person."""
    form = Form(call.form)
    number = form.snowflake("recipient_id")
    form.done()
    found = call.world.users.get(number or 0)
    if found is None or found.bot:
        raise refusals.unreachable() if found else refusals.unknown_user()
    return channel_json(directs.direct(call.world, found))


ROUTES = (
    Route("GET", "/users/@me/guilds", mine),
    Route("POST", "/users/@me/channels", direct),
    Route("GET", "/users/{user_id}", user),
    Route("GET", "/guilds/{guild_id}", guild),
    Route("GET", "/guilds/{guild_id}/channels", channels),
    Route("GET", "/guilds/{guild_id}/roles", roles),
    Route("GET", "/guilds/{guild_id}/members", members),
    Route("GET", "/guilds/{guild_id}/members/{user_id}", member),
)
