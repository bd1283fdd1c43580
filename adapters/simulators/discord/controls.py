"""What a person does to a message: finds a control on it, and presses or fills it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pydantic import JsonValue

from adapters.simulators.discord.channel import Channel
from adapters.simulators.discord.message import Message
from adapters.simulators.discord.payload import Json
from adapters.simulators.discord.rules.kinds import Part
from adapters.simulators.discord.state import State
from adapters.simulators.discord.wire import member_json, user_json
from adapters.simulators.discord.wire_places import place_json, role_json


class Impossible(Exception):
    """A person cannot do this there; the sentence says why."""


def controls(components: Iterable[JsonValue]) -> Iterator[Json]:
    """Everything with a custom_id, in reading order."""
    for said in components:
        if isinstance(said, dict):
            if said.get("custom_id"):
                yield said
            below = said.get("components")
            inner = [*below] if isinstance(below, list) else []
            yield from controls([*inner, said.get("accessory"), said.get("component")])


def pressed(world: State, message: Message, custom_id: str, values: Sequence[str]) -> Json:
    """The data of the interaction. Raises Impossible."""
    found = (c for c in controls(message.body.components) if c["custom_id"] == custom_id)
    control = next(found, None)
    if control is None or message.deleted:
        shown = ", ".join(str(c["custom_id"]) for c in controls(message.body.components))
        raise Impossible(f"message {message.id} shows no control {custom_id!r}, only: {shown}")
    if control.get("disabled"):
        raise Impossible(f"control {custom_id!r} of message {message.id} is disabled")
    data: Json = {
        "custom_id": custom_id,
        "component_type": control["type"],
        "id": control["id"],
    }
    if control["type"] == Part.BUTTON:
        return data
    return {**data, **picked(world, message.channel, control, values)}


def picked(world: State, channel: Channel, control: Json, values: Sequence[str]) -> Json:
    """What a select says. Raises Impossible for what it does not offer."""
    least, most = control.get("min_values"), control.get("max_values")
    if isinstance(least, int) and isinstance(most, int) and not least <= len(values) <= most:
        raise Impossible(f"{control['custom_id']!r} takes {least} to {most} values")
    options = control.get("options")
    if isinstance(options, list):
        offered = {str(option["value"]) for option in options if isinstance(option, dict)}
        if not {*values} <= offered:
            raise Impossible(f"{control['custom_id']!r} does not offer {[*values]}")
        return {"values": [*values]}
    return {"values": [*values], "resolved": resolved(world, channel, values)}


def resolved(world: State, channel: Channel, numbers: Iterable[str]) -> Json:
    """Users, roles and channels by their ids, as far as they are any."""
    users: Json = {}
    members: Json = {}
    roles: Json = {}
    channels: Json = {}
    guild = channel.guild
    for text in numbers:
        number = int(text) if text.isdigit() else 0
        if user := world.users.get(number):
            users[text] = user_json(user)
            if guild and (member := guild.members.get(number)):
                members[text] = member_json(member, user=False)
        elif guild and (role := guild.roles.get(number)):
            roles[text] = role_json(role)
        elif place := world.channels.get(number):
            channels[text] = {**place_json(place), "permissions": "0"}
    return {"users": users, "members": members, "roles": roles, "channels": channels}
