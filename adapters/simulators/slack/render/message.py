"""One message."""

from __future__ import annotations

from zlib import crc32

from adapters.simulators.slack.message import Message
from adapters.simulators.slack.people import User
from adapters.simulators.slack.render.blocks import Sheet, draw_blocks
from adapters.simulators.slack.render.controls import Owner
from adapters.simulators.slack.render.emoji import REACTIONS, emoji
from adapters.simulators.slack.render.mrkdwn import mrkdwn
from adapters.simulators.slack.render.pictures import attached
from adapters.simulators.slack.render.viewer import Viewer
from adapters.simulators.slack.stream import End
from adapters.web.render.emoji import drawn
from adapters.web.render.tags import Child, Html, clock, div, el, icon, span

COLOURS = 6


def avatar(user: User | None) -> Html:
    """The initial on a colour of one's own."""
    if user is None:
        return div("avatar c0", "?")
    style = "app" if user.is_bot else f"c{crc32(user.id.encode()) % COLOURS}"
    return el("div", {"class": f"avatar {style}", "aria-hidden": "true"}, user.name[:1])


def draw_message(seat: Viewer, message: Message, in_thread: bool) -> Html:
    """With its tools and, in the channel, the way to its thread."""
    author = seat.sim.team.users.get(message.user)
    name = message.username or (author.name if author else message.user)
    by = div(
        "by",
        span("name", name),
        span("app-tag", "APP") if message.bot_id else None,
        clock(message.at),
    )
    style = "message" + (" ephemeral" if message.seen_by else "")
    return el(
        "article",
        {"class": style, "id": f"m{'t' if in_thread else ''}{message.ts}", "data-ts": message.ts},
        avatar(author),
        div(
            "content",
            _private(message),
            by,
            _said(seat, message),
            *(_attachments(seat, message)),
            _ended(message),
            _reactions(seat, message),
            None if in_thread else _replies(seat, message),
        ),
        None if message.seen_by else _tools(seat, message, in_thread),
    )


def _private(message: Message) -> Child:
    return div("only-you", icon("eye"), "Only visible to you") if message.seen_by else None


def _said(seat: Viewer, message: Message) -> Html:
    growing = message.stream is not None and message.stream.is_open
    edited = span("edited", "(edited)") if message.edited_at else None
    if message.blocks:
        sheet = Sheet(Owner(seat, message.channel, message.ts))
        body = draw_blocks(sheet, message.blocks)
    else:
        body = div("block text", mrkdwn(seat, message.text)) if message.text else Html("")
    return div("said growing" if growing else "said", body, edited)


def _attachments(seat: Viewer, message: Message) -> list[Child]:
    return [attached(seat, seat.sim.team.files[name]) for name in message.files]


def _ended(message: Message) -> Child:
    """What Slack's client says of a stream that was not stopped by the app."""
    end = message.stream.end if message.stream else None
    if end is End.EXPIRED:
        return div("pill error", icon("hand"), "The response was interrupted.")
    return div("pill", icon("stop"), "Stopped") if end is End.BY_USER else None


def _reactions(seat: Viewer, message: Message) -> Child:
    if not message.reactions:
        return None
    rows: list[Child] = []
    for reaction in message.reactions:
        names = ", ".join(seat.name(user) for user in reaction.users)
        mine = seat.user.id in reaction.users
        marks = _act("unreact" if mine else "react", message, reaction.name)
        marks |= {"class": "reaction mine" if mine else "reaction", "title": names}
        marks["aria-label"] = f"{reaction.name}: {names}"
        rows.append(
            el("button", dict(marks), drawn(emoji(reaction.name)), f" {len(reaction.users)}")
        )
    return div("reactions", *rows)


def _act(act: str, message: Message, name: str) -> dict[str, str]:
    where = {"data-channel": message.channel, "data-ts": message.ts}
    return {"type": "button", "data-act": act, "data-name": name, **where}


def _replies(seat: Viewer, message: Message) -> Child:
    replies = seat.sim.team.channels[message.channel].replies(message.ts)
    if not replies:
        return None
    people = list(dict.fromkeys(reply.user for reply in replies))[:4]
    faces = (avatar(seat.sim.team.users.get(user)) for user in people)
    count = f"{len(replies)} {'reply' if len(replies) == 1 else 'replies'}"
    return el(
        "a",
        {"class": "replies", "href": seat.link(message.channel, message.ts)},
        span("faces", *faces),
        span("count", count),
        span("quiet", "Last reply ", clock(replies[-1].at)),
    )


def _tools(seat: Viewer, message: Message, in_thread: bool) -> Html:
    """What appears while the mouse is over the message."""
    tools: list[Child] = []
    for name in REACTIONS[:3]:
        marks = {**_act("react", message, name), "class": "tool", "aria-label": f"React: {name}"}
        tools.append(el("button", dict(marks), drawn(emoji(name))))
    if not in_thread:
        marks = {"class": "tool", "href": seat.link(message.channel, message.root)}
        tools.append(el("a", {**marks, "aria-label": "Reply in thread"}, icon("reply")))
    for callback, label in seat.sim.registration.shortcuts:
        marks = {**_act("shortcut", message, callback), "class": "tool", "title": label}
        tools.append(el("button", {**marks, "aria-label": label}, icon("spark")))
    return div("tools", *tools)
