"""/channels/{channel_id}/messages"""

from __future__ import annotations

from pydantic import JsonValue

from adapters.simulators.discord import messages, refusals
from adapters.simulators.discord.call import Call, Route
from adapters.simulators.discord.channel import Channel
from adapters.simulators.discord.message import Message, MessageKind
from adapters.simulators.discord.messages import Envelope
from adapters.simulators.discord.permissions import Right, need
from adapters.simulators.discord.refusals import Refusal
from adapters.simulators.discord.rules.form import Form
from adapters.simulators.discord.rules.message import Draft, read_body
from adapters.simulators.discord.rules.replies import read_reply
from adapters.simulators.discord.rules.speech import may_change, may_speak
from adapters.simulators.discord.wire import message_json, spared

PATH = "/channels/{channel_id}/messages"
_SYSTEM = frozenset({MessageKind.THREAD_CREATED, MessageKind.THREAD_STARTER, MessageKind.PINNED})


async def send(call: Call) -> JsonValue:
    world, channel, form = call.world, call.channel(), Form(call.form)
    may_speak(world, channel, call.bot)
    nonce = read_nonce(form)
    if nonce is not None and form.flag("enforce_nonce"):
        known = world.nonces.find(call.bot.id, channel.id, nonce, world.now())
        if known is not None:
            return message_json(world, known)
    reply = read_reply(form, channel, call.bot)
    body = read_body(Draft(call, form, channel, call.bot, answered=reply.message))
    envelope = Envelope(reply.kind, nonce, reply.quote)
    message = messages.post(world, channel, call.bot, body, envelope)
    world.nonces.keep(message, world.now())
    return message_json(world, message)


def read_nonce(form: Form) -> str | None:
    """A number of 64 bits or a text of at most 25 characters."""
    value = form.data.get("nonce")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(form.number("nonce", -(1 << 63), (1 << 63) - 1, 0))
    return form.text("nonce", 25)


async def edit(call: Call) -> JsonValue:
    world, message = call.world, call.message()
    need(message.channel, call.bot)
    if message.author is not call.bot:
        raise refusals.not_the_author()
    if message.kind in _SYSTEM:
        raise Refusal(403, 50021, "Cannot execute action on a system message")
    may_change(message.channel)
    draft = Draft(call, Form(call.form), message.channel, call.bot, message.body)
    messages.edit(world, message, read_body(draft))
    return message_json(world, message)


async def delete(call: Call) -> JsonValue:
    message = call.message()
    need(message.channel, call.bot)
    if message.author is not call.bot:
        need(message.channel, call.bot, Right.MANAGE_MESSAGES)
    may_change(message.channel)
    messages.delete(call.world, message)
    return None


async def fetch(call: Call) -> JsonValue:
    message = call.message()
    need(message.channel, call.bot, Right.READ_HISTORY)
    return seen(call, message)


async def history(call: Call) -> JsonValue:
    """Newest first; `after` takes the oldest that follow it. Without the right to read what was
    said before, there is nothing."""
    channel = call.channel()
    need(channel, call.bot)
    limit = call.limit(100, 50)
    if channel.guild:
        need(channel, call.bot, Right.READ_HISTORY)
    chosen = _chosen(call, channel, limit)
    return [seen(call, channel.messages[number]) for number in reversed(chosen)]


def _chosen(call: Call, channel: Channel, limit: int) -> list[int]:
    numbers = sorted(channel.messages)
    if (after := call.asked("after")) is not None:
        return [n for n in numbers if n > after][:limit]
    if (before := call.asked("before")) is not None:
        return [n for n in numbers if n < before][-limit:]
    if (around := call.asked("around")) is not None:
        older = [n for n in numbers if n < around][-(limit // 2) :]
        return [*older, *[n for n in numbers if n >= around][: limit - limit // 2]]
    return numbers[-limit:]


def seen(call: Call, message: Message) -> JsonValue:
    """As the bot reads it: an application without the intent for content gets none here either."""
    hidden = not call.world.portal.message_content and not spared(call.world, message)
    return message_json(call.world, message, bare=hidden)


async def sweep(call: Call) -> JsonValue:
    """Bulk delete."""
    channel, form = call.channel(), Form(call.form)
    need(channel, call.bot, Right.MANAGE_MESSAGES)
    may_change(channel)
    numbers = {str(value) for value in form.values("messages", 100, 2)}
    form.done()
    for message in [*channel.messages.values()]:
        if str(message.id) in numbers:
            messages.delete(call.world, message)
    return None


ROUTES = (
    Route("POST", PATH, send, "send"),
    Route("GET", PATH, history, "history"),
    Route("POST", PATH + "/bulk-delete", sweep, "sweep"),
    Route("GET", PATH + "/{message_id}", fetch, "fetch"),
    Route("PATCH", PATH + "/{message_id}", edit, "edit"),
    Route("DELETE", PATH + "/{message_id}", delete, "delete"),
)
