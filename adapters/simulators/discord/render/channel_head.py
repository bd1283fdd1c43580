"""Heads of channels and threads, and who is typing."""

from __future__ import annotations

from datetime import timedelta

from adapters.simulators.discord.channel import Channel, Kind
from adapters.simulators.discord.permissions import rights, speaking
from adapters.simulators.discord.render.marks import act, icon
from adapters.simulators.discord.render.sidebar import SIGNS
from adapters.simulators.discord.render.viewer import Viewer
from adapters.text import clean
from adapters.web.render.emoji import drawn
from adapters.web.render.tags import Html, div, el, join, span

SHOWN = timedelta(seconds=10)


def head(seat: Viewer) -> Html:
    channel = seat.channel
    sign = icon("thread" if channel.thread else SIGNS.get(channel.kind, "hash"))
    name = clean(channel.name) if channel.guild else clean(seat.world.bot.name)
    topic = span("topic", drawn(clean(channel.topic))) if channel.topic else None
    return join((sign, el("h1", None, drawn(name)), topic, _state(channel)))


def _state(channel: Channel) -> Html | None:
    thread = channel.thread
    if thread is None:
        return None
    words = "Locked" if thread.locked else "Archived" if thread.archived else ""
    badge = span("badge", words) if words else None
    turn = act("archive", "Open again" if thread.archived else "Archive", "archive",
               channel=channel.id, archived="" if thread.archived else "1")  # fmt: skip
    return div("state", badge, turn)


def typing(seat: Viewer) -> Html:
    now = seat.world.now()
    names = [
        clean(seat.name(seat.world.users[user]))
        for (channel, user), at in seat.world.typing.items()
        if channel == seat.channel.id and user != seat.user.id and now - at < SHOWN
    ]
    if not names:
        return Html("")
    verb = "is" if len(names) == 1 else "are"
    who = el("strong", None, " and ".join(names))
    return join((span("dots", "●●●"), who, f" {verb} typing…"))


def composer(seat: Viewer) -> str:
    """What stands in the empty message box; "" where nothing can be written."""
    channel = seat.channel
    if channel.kind is Kind.FORUM or not rights(channel, seat.user) & speaking(channel):
        return ""
    if channel.thread and channel.thread.locked:
        return ""
    bot = clean(seat.world.bot.name)
    if channel.guild is None:
        return f"Message {bot}"
    if channel.thread:
        return f"Message {clean(channel.name)}"
    return f"Message #{clean(channel.name)}: begin with @{bot} to give a task"
