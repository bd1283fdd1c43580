"""The messages of a channel, as one person sees them."""

from __future__ import annotations

import re
from datetime import timedelta

from adapters.simulators.discord.commanding import offered
from adapters.simulators.discord.interaction import Interaction
from adapters.simulators.discord.message import Flag, Message, MessageKind
from adapters.simulators.discord.render.components import components, frame
from adapters.simulators.discord.render.embeds import embed
from adapters.simulators.discord.render.markdown import markdown
from adapters.simulators.discord.render.marks import act, attachment, avatar, icon
from adapters.simulators.discord.render.viewer import Viewer
from adapters.simulators.discord.rules.commands import MESSAGE_MENU
from adapters.simulators.discord.rules.message import texts
from adapters.simulators.discord.wire_media import listed
from adapters.text import clean
from adapters.web.render.emoji import drawn, spoken
from adapters.web.render.tags import Html, div, el, join, span

MOST = 150
TOGETHER = timedelta(minutes=7)
QUICK = ("👍", "👀", "✅")
_SYSTEM = frozenset({MessageKind.THREAD_STARTER, MessageKind.THREAD_CREATED, MessageKind.PINNED})


def stream(seat: Viewer) -> Html:
    """The newest messages, and the notices that only this person sees, oldest first."""
    channel = seat.channel
    here = [channel.messages[number] for number in sorted(channel.messages)[-MOST:]]
    here += [
        notice
        for notice in seat.world.notices.values()
        if notice.channel is channel and notice.only_for is seat.user
    ]
    here.sort(key=lambda message: message.id)
    drawn: list[Html] = [_beginning(seat)] if len(channel.messages) <= MOST else []
    before: Message | None = None
    for message in here:
        if before is None or _day(seat, before) != _day(seat, message):
            drawn.append(div("day", span("", _day(seat, message))))
        drawn.append(draw(seat, message, _follows(before, message)))
        before = message
    return join(drawn)


def _beginning(seat: Viewer) -> Html:
    channel = seat.channel
    if channel.guild is None:
        names = [seat.name(user) for user in channel.recipients if user is not seat.user]
        title, words = clean(", ".join(names)), "This is the beginning of your direct messages."
    elif channel.thread:
        title = clean(channel.name)
        words = f"Started by {clean(seat.name(channel.thread.owner))}"
    else:
        title = f"Welcome to #{clean(channel.name)}!"
        words = f"Mention @{seat.world.bot.name} to give it a task; it answers in a thread."
    sign = icon("thread" if channel.thread else "hash" if channel.guild else "at")
    return div("beginning", span("sign", sign), el("h2", None, drawn(title)), el("p", None, words))


def _day(seat: Viewer, message: Message) -> str:
    return f"{seat.local(message.made):%d %B %Y}".lstrip("0")


def _follows(before: Message | None, message: Message) -> bool:
    """Whether it stands under the name of the one before."""
    if before is None or message.reply or message.asked or before.kind in _SYSTEM:
        return False
    same = before.author is message.author and before.only_for is message.only_for
    return same and message.made - before.made < TOGETHER


def draw(seat: Viewer, message: Message, follows: bool = False) -> Html:
    if message.kind in _SYSTEM:
        return _system(seat, message)
    named = seat.user in message.body.mentions.users or message.body.mentions.everyone
    marks = [
        "message", "follows" if follows else "", "named" if named else "",
        "notice" if message.only_for else "",
    ]  # fmt: skip
    side = _hour(seat, message) if follows else avatar(message.author)
    return el(
        "article",
        {"class": " ".join(filter(None, marks)), "data-key": message.id, "tabindex": -1},
        _above(seat, message),
        div("side", side),
        div("main", None if follows else _head(seat, message), _body(seat, message)),
        _tools(seat, message),
    )


def _hour(seat: Viewer, message: Message) -> Html:
    local = seat.local(message.made)
    return el("time", {"class": "hour", "title": f"{local:%d %B %Y %H:%M}"}, f"{local:%H:%M}")


def _head(seat: Viewer, message: Message) -> Html:
    tag = span("app", "APP") if message.author.bot else None
    name = span("author", clean(seat.name(message.author)))
    return div("head", name, tag, _hour(seat, message))


def _above(seat: Viewer, message: Message) -> Html | None:
    """What it answers."""
    if message.asked and not message.reply and message.kind is not MessageKind.DEFAULT:
        user = message.asked.get("user")
        who = clean(str(user.get("global_name"))) if isinstance(user, dict) else "Somebody"
        return div("quote", icon("reply"), span("author", who), span("faint", "used a command"))
    if message.reply is None:
        return None
    answered = message.channel.messages.get(message.reply.message)
    if answered is None:
        return div("quote", icon("reply"), span("faint", "Original message was deleted"))
    author = span("author", clean(seat.name(answered.author)))
    first = next(texts(answered.content, answered.body.components), "")
    said = span("said", markdown(seat, _one_line(first)) if first else "Click to see attachment")
    return div("quote", icon("reply"), avatar(answered.author, small=True), author, said)


def _one_line(text: str) -> str:
    """Its first line, without the marks of a heading or of small print."""
    return re.sub(r"^(?:#{1,3}|-#) ", "", text.split("\n")[0])[:160]


def _body(seat: Viewer, message: Message) -> Html:
    body = message.body
    asked = _asked(seat, message)
    waiting = str(asked.data.get("custom_id")) if asked and _waits(seat, asked) else ""
    at = frame(seat, message.id, body, waiting)
    v2 = Flag.V2 in body.flags
    parts: list[Html | None] = [
        div("thinking", span("dots", "●●●"), f"{clean(seat.name(message.author))} is thinking…")
        if Flag.LOADING in body.flags else None,
        _words(seat, message) if body.content else None,
        *(embed(one, at) for one in body.embeds),
        *(attachment(file) for file in ([] if v2 else listed(body))),
        div("components v2" if v2 else "components", components(body.components, at))
        if body.components else None,
        div("failed", icon("warning"), "This interaction failed")
        if asked and asked.late(seat.world.now()) else None,
        _reactions(seat, message),
        _thread(seat, message),
        _private(message),
    ]  # fmt: skip
    return join(parts)


def _words(seat: Viewer, message: Message) -> Html:
    edited = span("faint edited", "(edited)") if message.edited else None
    return div("words", markdown(seat, message.content), edited)


def _asked(seat: Viewer, message: Message) -> Interaction | None:
    """The last thing that this person pressed on it, as long as it is news."""
    asked = [
        i
        for i in seat.world.interactions.values()
        if i.message is message and i.user is seat.user and i.answer is None
    ]
    recent = asked and seat.world.now() - asked[-1].made < timedelta(seconds=15)
    return asked[-1] if recent else None


def _waits(seat: Viewer, asked: Interaction) -> bool:
    return not asked.late(seat.world.now())


def _reactions(seat: Viewer, message: Message) -> Html | None:
    if not message.reactions:
        return None
    return div("reactions", *(_reaction(seat, message, emoji) for emoji in message.reactions))


def _reaction(seat: Viewer, message: Message, emoji: str) -> Html:
    users = message.reactions[emoji]
    names = ", ".join(clean(seat.name(user)) for user in users)
    mine = seat.user in users
    marks: dict[str, str | int | bool | None] = {
        "type": "button", "class": "reaction mine" if mine else "reaction", "title": names,
        "data-act": "react", "data-message": message.id, "data-emoji": emoji,
        "aria-pressed": "true" if mine else "false",
    }  # fmt: skip
    return el("button", marks, drawn(emoji.partition(":")[0]), span("", str(len(users))))


def _thread(seat: Viewer, message: Message) -> Html | None:
    thread = message.thread
    if thread is None or thread.thread is None or thread.id not in seat.world.channels:
        return None
    if thread is seat.channel:
        return None
    count = len([m for m in thread.messages.values() if m.kind not in _SYSTEM])
    words = f"{count} message{'' if count == 1 else 's'}"
    state = "archived" if thread.thread.archived else "· See thread"
    marks: dict[str, str | int | bool | None] = {
        "type": "button", "class": "thread-card", "data-act": "go", "data-channel": thread.id,
    }  # fmt: skip
    head = div("", el("strong", None, drawn(clean(thread.name))), span("link", f"{words} {state}"))
    return el("button", marks, icon("thread"), head)


def _private(message: Message) -> Html | None:
    if message.only_for is None:
        return None
    dismiss: dict[str, str | int | bool | None] = {
        "type": "button", "class": "link", "data-act": "delete", "data-message": message.id,
    }  # fmt: skip
    return div(
        "private", icon("eye"), "Only you can see this • ",
        el("button", dismiss, "Dismiss message"),
    )  # fmt: skip


def _system(seat: Viewer, message: Message) -> Html:
    who = clean(seat.name(message.author))
    if message.kind is MessageKind.THREAD_STARTER and message.reply and seat.channel.parent:
        first = seat.channel.parent.messages.get(message.reply.message)
        return draw(seat, first) if first else div("system faint", "The first message was deleted.")
    words = f"{who} started a thread: {clean(message.content)}"
    return el("div", {"class": "system", "data-key": message.id}, icon("thread"), words)


def _tools(seat: Viewer, message: Message) -> Html | None:
    """What can be done with it, shown when one points at it."""
    if message.only_for or Flag.LOADING in message.body.flags:
        return None
    here = message.channel
    quick = [
        el("button", {"type": "button", "class": "tool", "data-act": "react",
                      "aria-label": f"React with {spoken(emoji)}", "data-message": message.id,
                      "data-emoji": emoji}, drawn(emoji))
        for emoji in QUICK
    ]  # fmt: skip
    own = message.author is seat.user
    menu = [
        el("button", {"type": "button", "class": "tool word", "data-act": "menu",
                      "data-message": message.id, "data-name": str(command["name"])},
           clean(str(command["name"])))
        for command in offered(seat.world, here, MESSAGE_MENU)
    ]  # fmt: skip
    fits = here.guild is not None and here.thread is None and message.thread is None
    return div(
        "tools",
        *quick,
        act("reply", "Reply", "reply", message=message.id, author=clean(message.author.name)),
        act("thread", "Create thread", "thread", message=message.id) if fits else None,
        act("edit", "Edit", "edit", message=message.id) if own else None,
        act("bin", "Delete", "delete", message=message.id) if own or not seat.user.bot else None,
        *menu,
    )
