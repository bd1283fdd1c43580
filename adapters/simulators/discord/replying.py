"""What the application says to an interaction: messages that may be for one person alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

from adapters.simulators.discord import messages
from adapters.simulators.discord.interaction import Ask, Interaction
from adapters.simulators.discord.message import Body, Flag, Message, MessageKind, Quote
from adapters.simulators.discord.messages import Envelope
from adapters.simulators.discord.payload import Json
from adapters.simulators.discord.state import State
from adapters.simulators.discord.wire import user_json

APPLICATION_COMMAND, CHAT_INPUT = 2, 1


@dataclass(frozen=True, slots=True)
class Reply:
    """One message that answers; `first` is false for followups."""

    interaction: Interaction
    body: Body
    ephemeral: bool
    first: bool = True


def speak(world: State, reply: Reply) -> Message:
    """Visible to everybody, or to the person who asked."""
    interaction, channel = reply.interaction, reply.interaction.channel
    envelope = _envelope(world, interaction, reply.first)
    if not reply.ephemeral:
        return messages.post(world, channel, world.bot, reply.body, envelope)
    body = replace(reply.body, flags=reply.body.flags | Flag.EPHEMERAL)
    message = messages.make(world, channel, world.bot, body, envelope)
    message.only_for = interaction.user
    world.notices[message.id] = message
    world.notify()
    return message


def _envelope(world: State, interaction: Interaction, first: bool) -> Envelope:
    kind, quote = MessageKind.DEFAULT, None
    if interaction.message and interaction.message.only_for is None:
        kind = MessageKind.REPLY
        quote = Quote(interaction.channel.id, interaction.message.id)
    elif interaction.kind is Ask.COMMAND and first:
        slash = interaction.data.get("type") == CHAT_INPUT
        kind = MessageKind.SLASH_COMMAND if slash else MessageKind.MENU_COMMAND
    asked = _metadata(interaction, first)
    application = world.application
    return Envelope(kind, None, quote, application, application, asked)


def _metadata(interaction: Interaction, first: bool) -> Json:
    said: Json = {
        "id": str(interaction.id),
        "type": int(interaction.kind),
        "user": user_json(interaction.user),
        "authorizing_integration_owners": {"0": str(interaction.channel.id)},
    }
    if not first and interaction.original:
        said["original_response_message_id"] = str(interaction.original.id)
    if interaction.kind is Ask.COMPONENT and interaction.message:
        said["interacted_message_id"] = str(interaction.message.id)
    return said
