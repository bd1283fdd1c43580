"""What a person says with commands: slash commands, and those of a message's menu."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from adapters.simulators.discord.call import Sent
from adapters.simulators.discord.channel import Channel
from adapters.simulators.discord.controls import Impossible, resolved
from adapters.simulators.discord.message import Message
from adapters.simulators.discord.payload import Json
from adapters.simulators.discord.people import User
from adapters.simulators.discord.permissions import Right, rights
from adapters.simulators.discord.rules.commands import MESSAGE_MENU, SLASH
from adapters.simulators.discord.rules.files import take
from adapters.simulators.discord.rules.values import fits
from adapters.simulators.discord.state import State
from adapters.simulators.discord.wire import attachment_json, message_json

Option = str | int | float | bool | Sent
SUBCOMMAND, GROUP, USER, MENTIONABLE, ATTACHMENT = 1, 2, 6, 9, 11


def offered(world: State, channel: Channel, kind: int) -> list[Json]:
    """The commands of this kind that can be used here; those of the guild hide global ones."""
    everywhere = world.commands.get(None, {}).values()
    here = world.commands.get(channel.guild.id, {}).values() if channel.guild else ()
    by_name = {str(said["name"]): said for said in [*everywhere, *here] if said["type"] == kind}
    return [*by_name.values()]


def slashed(
    world: State, user: User, channel: Channel, line: str, options: Mapping[str, Option]
) -> Json:
    """`line` is the name of the command, and of the group and subcommand in it. Raises
    Impossible."""
    name, *inner = line.split()
    command = _command(world, user, channel, SLASH, name)
    found: Json = {"attachments": {}}
    data = _data(command)
    level, target = command, data
    for word in inner:
        level = _option(level, word)
        below: Json = {"name": word, "type": level["type"]}
        target["options"] = [below]
        target = below
    target["options"] = _given(world, channel, level, options, found)
    return {**data, "resolved": found}


def menu(world: State, user: User, message: Message, name: str) -> Json:
    """The content of the message is in it, whatever the intents are. Raises Impossible."""
    command = _command(world, user, message.channel, MESSAGE_MENU, name)
    shown: Json = {str(message.id): message_json(world, message)}
    return {
        **_data(command),
        "target_id": str(message.id),
        "resolved": {"messages": shown},
    }


def _command(world: State, user: User, channel: Channel, kind: int, name: str) -> Json:
    if channel.thread and channel.thread.archived:
        raise Impossible("commands cannot be used in an archived thread")
    if not rights(channel, user) & Right.USE_COMMANDS:
        raise Impossible(f"{user.name} may not use commands in {channel.name!r}")
    known = offered(world, channel, kind)
    found = next((command for command in known if command["name"] == name), None)
    if found is None:
        raise Impossible(f"no command {name!r}, only {[command['name'] for command in known]}")
    return found


def _data(command: Json) -> Json:
    data: Json = {"id": command["id"], "name": command["name"], "type": command["type"]}
    return {**data, "guild_id": command["guild_id"]} if "guild_id" in command else data


def _options(level: Json) -> list[Json]:
    options = level.get("options")
    return [o for o in options if isinstance(o, dict)] if isinstance(options, list) else []


def _option(level: Json, name: str) -> Json:
    found = next((option for option in _options(level) if option["name"] == name), None)
    if found is None:
        raise Impossible(f"{level['name']!r} has no option {name!r}")
    return found


def _given(
    world: State, channel: Channel, level: Json, options: Mapping[str, Option], found: Json
) -> list[JsonValue]:
    for option in _options(level):
        if option.get("required") and option["name"] not in options:
            raise Impossible(f"{level['name']!r} needs the option {option['name']!r}")
    said: list[JsonValue] = []
    for name, value in options.items():
        option = _option(level, name)
        kind = option["type"]
        if not isinstance(value, Sent) and not fits(option, value):
            raise Impossible(f"Discord's own client takes no {value!r} as {name!r}")
        if isinstance(value, Sent):
            file = take(world, channel, value)
            found["attachments"] = {str(file.id): attachment_json(world, file)}
            value = str(file.id)
        elif isinstance(kind, int) and USER <= kind <= MENTIONABLE:
            found |= resolved(world, channel, [str(value)])
        said.append({"name": name, "type": kind, "value": value})
    return said
