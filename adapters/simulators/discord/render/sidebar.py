"""The list of channels, and who one is."""

from __future__ import annotations

from adapters.simulators.discord.channel import THREADS, Channel, Kind
from adapters.simulators.discord.guild import Guild
from adapters.simulators.discord.permissions import sees
from adapters.simulators.discord.render.marks import avatar, icon
from adapters.simulators.discord.render.viewer import Viewer
from adapters.text import clean
from adapters.web.render.emoji import drawn
from adapters.web.render.tags import Html, div, el, join, span

SIGNS = {
    Kind.TEXT: "hash",
    Kind.ANNOUNCEMENT: "news",
    Kind.FORUM: "forum",
    Kind.VOICE: "voice",
    Kind.DM: "at",
}


def sidebar(seat: Viewer) -> Html:
    guilds = [_guild(seat, guild) for guild in seat.world.guilds.values()]
    return join((*guilds, _directs(seat)))


def _guild(seat: Viewer, guild: Guild) -> Html:
    here = [c for c in seat.world.channels.values() if c.guild is guild and sees(c, seat.user)]
    drawn: list[Html] = []
    for channel in (c for c in here if c.kind not in THREADS):
        drawn.append(_entry(seat, channel))
        drawn += [_entry(seat, c) for c in here if c.parent is channel and _open(seat, c)]
    return join((el("h2", {"class": "server"}, clean(guild.name)), div("channels", *drawn)))


def _open(seat: Viewer, thread: Channel) -> bool:
    shown = thread in (seat.channel, seat.aside)
    return shown or bool(thread.thread and not thread.thread.archived)


def _entry(seat: Viewer, channel: Channel) -> Html:
    now = channel in (seat.channel, seat.aside)
    nested = " nested" if channel.thread else ""
    marks: dict[str, str | int | bool | None] = {
        "type": "button", "class": f"channel{nested}{' now' if now else ''}", "data-act": "go",
        "data-channel": channel.id, "data-key": channel.id,
        "aria-current": "page" if now else None,
    }  # fmt: skip
    sign = None if channel.thread else icon(SIGNS.get(channel.kind, "hash"))
    return el("button", marks, sign, span("", drawn(clean(channel.name))))


def _directs(seat: Viewer) -> Html:
    known = seat.world.dm(seat.user)
    now = " now" if known is seat.channel else ""
    marks: dict[str, str | int | bool | None] = {
        "type": "button", "class": f"channel{now}", "data-act": "direct", "data-key": "direct",
    }  # fmt: skip
    bot = el("button", marks, avatar(seat.world.bot, small=True), span("", seat.world.bot.name))
    return join((el("h3", {"class": "kind"}, "Direct messages"), div("channels", bot)))


def me(seat: Viewer) -> Html:
    people = [user for user in seat.world.users.values() if not user.bot]
    options = [
        el("option", {"value": user.id, "selected": user is seat.user}, clean(user.name))
        for user in people
    ]
    label = "Who you are"
    choose = el("select", {"class": "who", "data-change": "be", "aria-label": label}, *options)
    return join((avatar(seat.user), div("", choose, span("faint", "You, in this simulation"))))
