"""Interactions as the gateway tells them."""

from __future__ import annotations

import secrets

from adapters.simulators.discord.channel import Channel
from adapters.simulators.discord.interaction import Ask, Interaction
from adapters.simulators.discord.message import Message
from adapters.simulators.discord.payload import Json
from adapters.simulators.discord.people import User
from adapters.simulators.discord.permissions import rights
from adapters.simulators.discord.state import Event, State
from adapters.simulators.discord.wire import member_json, message_json, user_json
from adapters.simulators.discord.wire_places import place_json


def ask(
    world: State,
    kind: Ask,
    user: User,
    channel: Channel,
    data: Json,
    message: Message | None = None,
) -> Interaction:
    """The application hears of it; it has three seconds."""
    interaction = Interaction(
        id=world.ids.next(),
        token=secrets.token_urlsafe(96),
        kind=kind,
        user=user,
        channel=channel,
        made=world.now(),
        data=data,
        message=message,
    )
    world.interactions[interaction.id] = interaction
    world.publish(Event("INTERACTION_CREATE", interaction_json(world, interaction)))
    return interaction


def interaction_json(world: State, interaction: Interaction) -> Json:
    channel, user = interaction.channel, interaction.user
    said: Json = {
        "id": str(interaction.id),
        "application_id": str(world.application),
        "type": int(interaction.kind),
        "token": interaction.token,
        "version": 1,
        "channel_id": str(channel.id),
        "channel": place_json(channel) | {"permissions": str(int(rights(channel, user)))},
        "data": interaction.data,
        "locale": "en-US",
        "app_permissions": str(int(rights(channel, world.bot))),
        "entitlements": [],
        "attachment_size_limit": channel.guild.file_limit if channel.guild else 10 * 1024 * 1024,
        "context": 0 if channel.guild else 1,
    }
    if interaction.message:
        said["message"] = message_json(world, interaction.message)
    if channel.guild is None:
        return {
            **said,
            "user": user_json(user),
            "authorizing_integration_owners": {"1": str(user.id)},
        }
    member = member_json(channel.guild.members[user.id])
    return {
        **said,
        "guild_id": str(channel.guild.id),
        "guild": {"id": str(channel.guild.id), "locale": "en-US", "features": []},
        "guild_locale": "en-US",
        "member": member | {"permissions": str(int(rights(channel, user)))},
        "authorizing_integration_owners": {"0": str(channel.guild.id)},
    }
