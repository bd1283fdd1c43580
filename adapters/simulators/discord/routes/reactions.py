"""/channels/{channel_id}/messages/{message_id}/reactions"""

from __future__ import annotations

from pydantic import JsonValue

from adapters.simulators.discord import messages, refusals
from adapters.simulators.discord.call import Call, Route
from adapters.simulators.discord.emoji import parse_emoji
from adapters.simulators.discord.message import Message
from adapters.simulators.discord.permissions import Right, need
from adapters.simulators.discord.refusals import Refusal
from adapters.simulators.discord.rules.speech import may_change
from adapters.simulators.discord.wire import user_json

PATH = "/channels/{channel_id}/messages/{message_id}/reactions"
MOST = 20


async def add(call: Call) -> JsonValue:
    message, emoji = _target(call)
    if emoji not in message.reactions:
        need(message.channel, call.bot, Right.ADD_REACTIONS)
        if len(message.reactions) >= MOST:
            raise Refusal(400, 30010, f"Maximum number of reactions reached ({MOST})")
    messages.react(call.world, message, call.bot, emoji)
    return None


async def remove(call: Call) -> JsonValue:
    message, emoji = _target(call)
    messages.unreact(call.world, message, call.bot, emoji)
    return None


async def remove_of(call: Call) -> JsonValue:
    message, emoji = _target(call)
    need(message.channel, call.bot, Right.MANAGE_MESSAGES)
    user = call.world.users.get(call.number("user_id"))
    if user is None:
        raise refusals.unknown_user()
    messages.unreact(call.world, message, user, emoji)
    return None


async def who(call: Call) -> JsonValue:
    message, emoji = call.message(), parse_emoji(call.params["emoji"])
    need(message.channel, call.bot, Right.READ_HISTORY)
    after, limit = call.asked("after") or 0, call.limit(100, 25)
    users = sorted(message.reactions.get(emoji, []), key=lambda user: user.id)
    return [user_json(user) for user in [u for u in users if u.id > after][:limit]]


def _target(call: Call) -> tuple[Message, str]:
    message, emoji = call.message(), parse_emoji(call.params["emoji"])
    need(message.channel, call.bot, Right.READ_HISTORY)
    may_change(message.channel)
    return message, emoji


ROUTES = (
    Route("PUT", PATH + "/{emoji}/@me", add, "reaction"),
    Route("DELETE", PATH + "/{emoji}/@me", remove, "reaction"),
    Route("DELETE", PATH + "/{emoji}/{user_id}", remove_of, "reaction"),
    Route("GET", PATH + "/{emoji}", who, "reactions"),
)
