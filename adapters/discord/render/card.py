"""render(card) -> the view of its message. Pure; made anew for each message and each edit, because
the library keeps book of every view that it has seen.

All messages of ours are of the second kind ("Components V2"): they hold twice as much text, they
are known again by the id of their first component (recognition.py), and a message cannot go back
to the first kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

import discord

from adapters.discord.outbound.idempotency_key import mark
from adapters.discord.render import controls, people, simple, work
from adapters.discord.render.accent import accent
from adapters.discord.render.prose import ROOM, prose, undrawn
from adapters.discord.render.text import Pen
from adapters.ports.cards import (
    Asked,
    Attached,
    Block,
    Buttons,
    Card,
    Choice,
    Failed,
    GateFacts,
    Heading,
    Note,
    Operation,
    Prose,
    Running,
    Status,
    Steps,
    Thinking,
    Workers,
)
from adapters.ports.limits import Limits

LIMITS = Limits(text=3_800)
"""What is left of ROOM is for our own words and for the frames of tables."""

View = discord.ui.LayoutView
Item = discord.ui.Item[View]
_SCALES = (1.0, 0.6, 0.4, 0.2, 0.1)


def render(card: Card, *, beside: bool = False) -> View:
    """Every card that layout makes within LIMITS fits: where escaping made foreign text too long,
    less of each text is shown. In a simpler form it has less of what Discord may not take. `beside`
    says that it stands in a channel, and not in a thread of its own."""
    if card.form in ("simple", "plain", "pieces"):
        return _marked(card, list(simple.items(card)))
    views = (_view(card, Pen(scale, beside)) for scale in _SCALES)
    return next(view for view in views if view.content_length() <= ROOM)


def mentions(card: Card) -> discord.AllowedMentions:
    """Who may be called: those who must act, and nobody else whatever the text says. To be given
    with edits too: without it Discord allows everybody."""
    users = [discord.Object(person) for person in people.called(card.notify)]
    return discord.AllowedMentions(
        everyone=False, users=users or False, roles=False, replied_user=False
    )


def _view(card: Card, pen: Pen) -> View:
    items = list(_items(card, pen))
    is_bare = card.form != "full" or isinstance(card.blocks[0], Prose)
    box = [] if is_bare else [discord.ui.Container[View](*items, accent_colour=accent(card))]
    return _marked(card, box or items)


def _marked(card: Card, items: Sequence[Item]) -> View:
    """It is found by the id of its first component."""
    view = View(timeout=None)
    items[0].id = mark(card.key)
    for item in items:
        view.add_item(item)
    return view


def _items(card: Card, pen: Pen) -> Iterator[Item]:
    called = people.called(card.notify)
    if called:
        yield discord.ui.TextDisplay(" ".join(f"<@{person}>" for person in called))
    for number, block in enumerate(card.blocks):
        match block:
            case Buttons():
                yield from controls.buttons(block)
            case Choice():
                yield controls.choice(block, number)
            case _:
                shown = _text(block, pen, called)
                if card.form == "lean" and isinstance(block, Prose):
                    shown = undrawn(block)
                yield discord.ui.TextDisplay(shown)


def _text(block: Block, pen: Pen, called: tuple[int, ...]) -> str:  # noqa: C901 -- one line for each kind
    match block:
        case Heading():
            return work.heading(block, pen)
        case Steps():
            return work.steps(block, pen)
        case Running():
            return work.running(block, pen)
        case Failed():
            return work.failed(block, pen)
        case Thinking():
            return work.thinking(block, pen)
        case Workers():
            return work.workers(block, pen)
        case Note():
            return work.note(block, pen)
        case Status():
            return work.status(block, pen)
        case Prose():
            return prose(block)
        case GateFacts():
            return people.gate(block, pen, called)
        case Operation():
            return people.operation(block, pen)
        case Asked():
            return people.asked(block, pen)
        case Attached(file=file):
            return f"📎 {pen.line(file.name) or 'file'}"
        case Buttons() | Choice():
            return ""
        case _:
            assert_never(block)
