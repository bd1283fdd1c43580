"""The parts of the page that change: the rail, the channel, the thread, a modal."""

from __future__ import annotations

from adapters.simulators.slack.channel import Channel
from adapters.simulators.slack.message import Message
from adapters.simulators.slack.render.blocks import Sheet, draw_blocks
from adapters.simulators.slack.render.controls import Owner, text_of
from adapters.simulators.slack.render.message import avatar, draw_message
from adapters.simulators.slack.render.viewer import HOME, Viewer
from adapters.simulators.slack.view import View
from adapters.web.render.tags import Child, Html, div, el, icon, join, span

SHOWN = 200
"""Messages of one list; older ones stay out."""
_TASK = "show me a small demo task"


def rail(seat: Viewer) -> Html:
    """Who one is, and where one can go."""
    team = seat.sim.team
    people = [user for user in team.users.values() if not user.is_bot]
    places = [
        c for c in team.channels.values() if c.kind in ("channel", "group") and _sees(seat, c)
    ]
    return join(
        [
            el("h2", None, "You are"),
            el("ul", {"class": "people"}, *(_persona(seat, user.id) for user in people)),
            el("h2", None, "Channels"),
            el("ul", None, *(_channel_link(seat, channel) for channel in places)),
            el("h2", None, "Apps"),
            el("ul", None, _direct_link(seat), _home_link(seat)),
        ]
    )


def _sees(seat: Viewer, channel: Channel) -> bool:
    return channel.kind == "channel" or seat.user.id in channel.members


def _persona(seat: Viewer, user: str) -> Html:
    person = seat.sim.team.users[user]
    channel = seat.channel
    if channel != HOME and seat.sim.team.channels[channel].kind == "im":
        channel = seat.sim.team.direct(user).id
    thread = seat.thread if channel == seat.channel else None
    marks = {"href": seat.link(channel, thread, user)}
    if person.id == seat.user.id:
        marks["aria-current"] = "true"
    return el("li", None, el("a", dict(marks), avatar(person), span("", person.name)))


def _channel_link(seat: Viewer, channel: Channel) -> Html:
    marks = {"href": seat.link(channel.id)}
    if channel.id == seat.channel:
        marks["aria-current"] = "page"
    sign = icon("lock") if channel.kind == "group" else span("hash", "#")
    return el("li", None, el("a", dict(marks), sign, span("", channel.name)))


def _direct_link(seat: Viewer) -> Html:
    direct = seat.sim.team.direct(seat.user.id)
    marks = {"href": seat.link(direct.id)}
    if direct.id == seat.channel:
        marks["aria-current"] = "page"
    bot = seat.sim.team.bot
    return el("li", None, el("a", dict(marks), avatar(bot), span("", bot.name)))


def _home_link(seat: Viewer) -> Html:
    marks = {"href": seat.link(HOME)}
    if seat.channel == HOME:
        marks["aria-current"] = "page"
    return el("li", None, el("a", dict(marks), icon("home"), span("", "Home tab")))


def head(seat: Viewer) -> Html:
    if seat.channel == HOME:
        return join([avatar(seat.sim.team.bot), el("h1", None, f"{seat.sim.team.bot.name} · Home")])
    channel = seat.sim.team.channels[seat.channel]
    if channel.kind == "im":
        return join([avatar(seat.sim.team.bot), el("h1", None, seat.sim.team.bot.name)])
    count = len(channel.members)
    archived = span("badge", "archived") if channel.archived else None
    members = span("quiet members", f"{count} members")
    return join([el("h1", None, f"# {channel.name}"), archived, members])


def stream(seat: Viewer) -> Html:
    """What stands in the channel; in a direct message with the app every thread stands open."""
    if seat.channel == HOME:
        return home(seat)
    messages = [*seat.sim.messages(seat.channel)[-SHOWN:], *_notices(seat, None)]
    drawn = [draw_message(seat, message, in_thread=False) for message in _in_order(messages)]
    return join(drawn or [_empty(seat)])


def _notices(seat: Viewer, thread: str | None) -> list[Message]:
    """Ephemeral messages of this place."""
    found = seat.sim.ephemerals(seat.user.id, seat.channel)
    return [m for m in found if (m.thread_ts if m.is_reply else None) == thread]


def _in_order(messages: list[Message]) -> list[Message]:
    return sorted(messages, key=lambda message: float(message.ts))


def _empty(seat: Viewer) -> Html:
    bot, channel = seat.sim.team.bot, seat.sim.team.channels[seat.channel]
    if bot.id not in channel.members:
        return _nothing(f"{bot.name} is not a member here, and hears nothing.")
    if channel.kind == "im":
        return _nothing("Write something: every message begins a thread of its own.", _TASK)
    words = f"Mention @{bot.handle} to give it a task; it answers in a thread."
    return _nothing(words, f"@{bot.handle} {_TASK}")


def _nothing(words: str, idea: str = "") -> Html:
    """`idea` is something to say, put into the message box by a press."""
    marks = {"type": "button", "class": "button", "data-idea": idea}
    heading, said = el("h2", None, "Nothing here yet"), el("p", None, words)
    return div("empty", heading, said, el("button", dict(marks), idea) if idea else None)


def home(seat: Viewer) -> Html:
    view = seat.sim.home(seat.user.id)
    if view is None:
        return _nothing("The app has not published a Home tab for you yet.")
    sheet = Sheet(Owner(seat, view=view.id), view.values)
    return div("home-tab", draw_blocks(sheet, view.source["blocks"]))


def thread(seat: Viewer) -> Html:
    if seat.thread is None or seat.channel == HOME:
        return Html("")
    messages = [*seat.sim.thread(seat.channel, seat.thread), *_notices(seat, seat.thread)]
    return join(draw_message(seat, message, in_thread=True) for message in _in_order(messages))


def status(seat: Viewer) -> Html:
    """How the agent stands in the thread, over its message box."""
    if seat.thread is None or seat.channel == HOME:
        return Html("")
    session = seat.sim.session(seat.channel, seat.thread)
    name = seat.sim.team.bot.name
    working = session.state == "processing"
    if not session.said and not working:
        waiting = session.state == "suspended"
        return div("agent quiet", icon("clock"), f"{name} is waiting.") if waiting else Html("")
    words = f"{name} {session.said}" if session.said else f"{name} is working…"
    stop: Child = None
    if working and "agent_session_stopped" in seat.sim.registration.events:
        marks = {"type": "button", "class": "button small", "data-act": "stop"}
        marks |= {"data-channel": seat.channel, "data-ts": seat.thread}
        stop = el("button", dict(marks), icon("stop"), "Stop")
    return div("agent", span("pulse"), span("agent-words", words), stop)


def modal(seat: Viewer, errors: dict[str, str]) -> Html:
    """The top one of the person's open modals."""
    views = seat.sim.views(seat.user.id)
    if not views:
        return Html("")
    view = views[-1]
    sheet = Sheet(Owner(seat, view=view.id, in_form=True), view.values, errors)
    return el(
        "form",
        {"class": "modal", "data-form": view.id},
        div("modal-head", el("h2", None, text_of(view.source.get("title"))), _close(view, "")),
        div("modal-body", draw_blocks(sheet, view.source["blocks"])),
        div("modal-foot", _close(view, text_of(view.source.get("close")) or "Cancel"), _send(view)),
    )


def _close(view: View, label: str) -> Html:
    style = "button" if label else "button bare"
    marks = {"type": "button", "class": style, "data-act": "close", "data-view": view.id}
    return el("button", {**marks, "aria-label": None if label else "Close"}, label or icon("cross"))


def _send(view: View) -> Child:
    submit = view.source.get("submit")
    if not submit:
        return None
    return el("button", {"type": "submit", "class": "button primary"}, text_of(submit))
