"""/channels/{channel_id}/messages/pins"""

from __future__ import annotations

from pydantic import JsonValue

from adapters.simulators.discord import messages
from adapters.simulators.discord.call import Call, Route
from adapters.simulators.discord.payload import moment
from adapters.simulators.discord.permissions import Right, need
from adapters.simulators.discord.refusals import Refusal
from adapters.simulators.discord.routes.messages import seen
from adapters.simulators.discord.rules.speech import may_change

PATH = "/channels/{channel_id}/messages/pins"
MOST = 250


async def pins(call: Call) -> JsonValue:
    channel = call.channel()
    need(channel, call.bot, Right.READ_HISTORY)
    limit = call.limit(50, 50)
    newest = sorted(channel.pins.items(), key=lambda pin: pin[1], reverse=True)
    return {
        "items": [
            {"pinned_at": moment(at), "message": seen(call, channel.messages[number])}
            for number, at in newest[:limit]
        ],
        "has_more": len(newest) > limit,
    }


async def pin(call: Call) -> JsonValue:
    message = call.message()
    channel = message.channel
    need(channel, call.bot, Right.PIN_MESSAGES)
    may_change(channel)
    if message.id not in channel.pins and len(channel.pins) >= MOST:
        raise Refusal(400, 30003, f"Maximum number of pins reached for the channel ({MOST})")
    message.pinned = True
    channel.pins.setdefault(message.id, call.world.now())
    messages.refresh(call.world, message)
    return None


async def unpin(call: Call) -> JsonValue:
    message = call.message()
    need(message.channel, call.bot, Right.PIN_MESSAGES)
    may_change(message.channel)
    message.pinned = False
    message.channel.pins.pop(message.id, None)
    messages.refresh(call.world, message)
    return None


ROUTES = (
    Route("GET", PATH, pins, "pins"),
    Route("PUT", PATH + "/{message_id}", pin, "pin"),
    Route("DELETE", PATH + "/{message_id}", unpin, "pin"),
)
