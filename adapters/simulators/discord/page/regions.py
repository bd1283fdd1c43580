"""The page in regions, each replaced when it changed."""

from __future__ import annotations

from dataclasses import replace

from pydantic import JsonValue

from adapters.simulators.discord.commanding import offered
from adapters.simulators.discord.payload import Json
from adapters.simulators.discord.render import channel_head, messages, modal, sidebar
from adapters.simulators.discord.render.viewer import Viewer
from adapters.simulators.discord.rules.commands import SLASH


def regions(seat: Viewer) -> dict[str, str]:
    """HTML by the name of the place where it stands."""
    drawn: dict[str, str] = {
        "sidebar": sidebar.sidebar(seat),
        "me": sidebar.me(seat),
        "modal": modal.modal(seat),
        **_column(seat, "main"),
    }
    if seat.aside:
        aside = replace(seat, channel=seat.aside)
        return {**drawn, **_column(aside, "aside")}
    return {**drawn, "aside-head": "", "aside-stream": "", "aside-typing": ""}


def _column(seat: Viewer, name: str) -> dict[str, str]:
    return {
        f"{name}-head": channel_head.head(seat),
        f"{name}-stream": messages.stream(seat),
        f"{name}-typing": channel_head.typing(seat),
    }


def about(seat: Viewer) -> Json:
    """What the page needs beside its pictures: where it is, and what can be completed."""
    aside = replace(seat, channel=seat.aside) if seat.aside else None
    guild = seat.channel.guild
    people = [user.name for user in seat.world.users.values() if user is not seat.user]
    roles = [role.name for role in guild.roles.values() if not role.bot] if guild else []
    names: list[JsonValue] = [*people, *[name for name in roles if not name.startswith("@")]]
    commands: list[JsonValue] = [
        {"name": said["name"], "about": said["description"]}
        for said in offered(seat.world, seat.channel, SLASH)
    ]
    return {
        "main": {"id": str(seat.channel.id), "hint": channel_head.composer(seat)},
        "aside": {"id": str(seat.aside.id), "hint": channel_head.composer(aside)}
        if seat.aside and aside
        else None,
        "names": names,
        "commands": commands,
    }
