"""The page in regions, each replaced when it changed."""

from __future__ import annotations

from dataclasses import replace

from pydantic import JsonValue

from adapters.discord.simulator.commanding import offered
from adapters.discord.simulator.draw import messages, modal, places, sidebar
from adapters.discord.simulator.draw.seat import Seat
from adapters.discord.simulator.payload import Json
from adapters.discord.simulator.rules.commands import SLASH


def regions(seat: Seat) -> dict[str, str]:
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


def _column(seat: Seat, name: str) -> dict[str, str]:
    return {
        f"{name}-head": places.head(seat),
        f"{name}-stream": messages.stream(seat),
        f"{name}-typing": places.typing(seat),
    }


def about(seat: Seat) -> Json:
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
        "main": {"id": str(seat.channel.id), "hint": places.composer(seat)},
        "aside": {"id": str(seat.aside.id), "hint": places.composer(aside)}
        if seat.aside and aside
        else None,
        "names": names,
        "commands": commands,
    }
