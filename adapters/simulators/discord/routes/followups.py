"""/webhooks/{application_id}/{token}: what is said after the first answer, for 15 minutes."""

from __future__ import annotations

from dataclasses import replace

from pydantic import JsonValue

from adapters.simulators.discord import messages, refusals
from adapters.simulators.discord.call import Call, Route
from adapters.simulators.discord.interaction import Interaction
from adapters.simulators.discord.message import Body, Flag, Message
from adapters.simulators.discord.replying import Reply, speak
from adapters.simulators.discord.rules.form import Form
from adapters.simulators.discord.rules.message import Draft, read_body
from adapters.simulators.discord.rules.speech import may_change
from adapters.simulators.discord.wire import message_json

PATH = "/webhooks/{application_id}/{token}"


async def follow(call: Call) -> JsonValue:
    """The first one after a deferred answer takes the place of "is thinking"."""
    interaction, form = _live(call), Form(call.form)
    original = interaction.original
    body = read_body(Draft(call, form, interaction.channel, call.bot, free=True))
    if original and Flag.LOADING in original.body.flags:
        _fill(call, original, body)
        return message_json(call.world, original)
    ephemeral = bool(form.number("flags", 0, (1 << 31) - 1, 0) & Flag.EPHEMERAL)
    message = speak(call.world, Reply(interaction, body, ephemeral, first=False))
    interaction.said.append(message)
    return message_json(call.world, message)


async def fetch(call: Call) -> JsonValue:
    return message_json(call.world, _message(call, _live(call)))


async def edit(call: Call) -> JsonValue:
    interaction = _live(call)
    message = _message(call, interaction)
    may_change(message.channel)
    draft = Draft(call, Form(call.form), message.channel, call.bot, message.body, free=True)
    _fill(call, message, read_body(draft))
    return message_json(call.world, message)


async def delete(call: Call) -> JsonValue:
    messages.delete(call.world, _message(call, _live(call)))
    return None


def _fill(call: Call, message: Message, body: Body) -> None:
    """Whether it is for one person alone was settled by the first answer."""
    kept = message.body.flags & Flag.EPHEMERAL
    messages.edit(call.world, message, replace(body, flags=body.flags & ~Flag.LOADING | kept))


def _live(call: Call) -> Interaction:
    """Raises Refusal 10015 before the first answer, 50027 after 15 minutes."""
    found = (i for i in call.world.interactions.values() if i.token == call.params["token"])
    interaction = next(found, None)
    application = call.number("application_id")
    if interaction is None or application != call.world.application or not interaction.answer:
        raise refusals.unknown_webhook()
    if interaction.expired(call.world.now()):
        raise refusals.expired_webhook()
    return interaction


def _message(call: Call, interaction: Interaction) -> Message:
    """Raises Refusal 10008. Only what was said to this interaction can be reached here."""
    if call.params["message_id"] == "@original":
        message = interaction.original
    else:
        number = call.number("message_id")
        known = [interaction.original, *interaction.said]
        message = next((m for m in known if m and m.id == number), None)
    if message is None or message.deleted:
        raise refusals.unknown_message()
    return message


ROUTES = (
    Route("POST", PATH, follow, "hook", True),
    Route("GET", PATH + "/messages/{message_id}", fetch, "hook", True),
    Route("PATCH", PATH + "/messages/{message_id}", edit, "hook", True),
    Route("DELETE", PATH + "/messages/{message_id}", delete, "hook", True),
)
