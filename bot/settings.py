"""`bot settings`, and the same for chats: what holds in a place, and the line it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from adapters.ports.inbound import InfoReply
from bot.call_record import code
from bot.profiles import entry_at
from bot.terminal.lines import Line, line
from config.places import STANDARD, Placed, pattern_of, placed_at
from config.report import Value, place_report, report
from config.settings import Settings
from runtime.errors import Misconfigured
from runtime.ids import Address


async def show_settings(settings: Settings, place: str) -> int:
    """Everything, as it holds in a place ("slack/T0123/C0456"); without one, where no place says
    otherwise. Raises Misconfigured for what is no place."""
    from bot.terminal.painter import of_stdout  # the service shows settings too, without colours

    painter = of_stdout()
    at = _named(settings, place)
    if place:
        painter.paint((line((f"{place}: {_profile(settings, at)}", "accent")),))
    painter.paint(tuple(_rows(report(settings, at))))
    if not place:
        painter.paint(tuple(_entries(settings)))
    return 0


def _named(settings: Settings, place: str) -> Placed | None:
    if not place:
        return None
    try:
        pattern = pattern_of(place)
    except ValueError as error:
        raise Misconfigured(f"{place} {error}") from None
    return placed_at(settings.placed, pattern.platform, pattern.team, pattern.channel)


def _profile(settings: Settings, at: Placed | None) -> str:
    if at is None:
        return f"the profile {STANDARD}, since no entry of places fits"
    return f"the profile {at.name}, because of places.{at.entry}"


def _rows(values: Iterable[Value]) -> Iterable[Line]:
    for value in values:
        yield line((f"{value.key}: ", "plain"), value.text, (f"  {value.origin}", "dim"))


def _entries(settings: Settings) -> Iterable[Line]:
    for entry in settings.placed:
        yield line((f"places.{entry.entry}: ", "plain"), f"the profile {entry.name}")


def settings_sheet(settings: Settings) -> Callable[[Address], InfoReply]:
    """What may differ from place to place, for people in it. Where the service lives, and where its
    files lie, is not for everybody: of files only the names."""

    def info(address: Address) -> InfoReply:
        at = entry_at(settings, address)
        rows = (
            f"- `{value.key}`: {code(value.text)} ({_file(value.origin)})"
            for _, value in place_report(settings, at)
        )
        return InfoReply("Settings", "\n".join((f"Here holds {_profile(settings, at)}.", *rows)))

    return info


def _file(origin: str) -> str:
    name, line, number = origin.partition(" line ")
    return f"{Path(name).name}{line}{number}"
