"""What the application says to an interaction: messages that may be for one person alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

from adapters.discord.simulator import talk
from adapters.discord.simulator.interaction import Ask, Interaction
from adapters.discord.simulator.message import Body, Flag, Message, MessageKind, Quote
from adapters.discord.simulator.payload import Json
from adapters.discord.simulator.talk import Envelope
from adapters.discord.simulator.wire import user_json
from adapters.discord.simulator.world import World

APPLICATION_COMMAND, CHAT_INPUT = 2, 1


@dataclass(frozen=True, slots=True)
class Reply:
    """One message that answers; `first` is false for followups."""

    interaction: Interaction
    body: Body
    ephemeral: bool
    first: bool = True


def speak(world: World, reply: Reply) -> Message:
    """Visible to everybody, or to the person who asked."""
    interaction, channel = reply.interaction, reply.interaction.channel
    envelope = _envelope(world, interaction, reply.first)
    if not reply.ephemeral:
        return talk.post(world, channel, world.bot, reply.body, envelope)
    body = replace(reply.body, flags=reply.body.flags | Flag.EPHEMERAL)
    message = talk.make(world, channel, world.bot, body, envelope)
    message.only_for = interaction.user
    world.notices[message.id] = message
    world.stir()
    return message


def _envelope(world: World, interaction: Interaction, first: bool) -> Envelope:
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
