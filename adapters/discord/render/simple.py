"""Cards in the simpler forms, for where Discord does not take the fuller one."""

from __future__ import annotations

from collections.abc import Iterator

import discord

from adapters.discord.render import people
from adapters.discord.render.controls import buttons
from adapters.discord.render.prose import ROOM
from adapters.discord.render.text import escaped, silent
from adapters.layout.forms import in_words
from adapters.ports.cards import Buttons, Card, Choice
from adapters.text import clean


def items(card: Card) -> Iterator[discord.ui.Item[discord.ui.LayoutView]]:
    """One text, letter by letter, and buttons in rows."""
    called = " ".join(f"<@{person}>" for person in people.called(card.notify))
    if called:
        yield discord.ui.TextDisplay(called)
    yield discord.ui.TextDisplay(letters(card, ROOM - len(called)))
    for block in card.blocks:
        match block:
            case Buttons():
                yield from buttons(block)
            case Choice(options=options):
                yield from buttons(Buttons(options))
            case _:
                continue


def letters(card: Card, room: int) -> str:
    """All that the card says as it is written, as far as there is room."""
    text = clean(in_words(card)).strip("\n")
    for shown in (escaped(text), silent(text)):
        if len(shown) <= room:
            return shown if shown.strip() else "…"
    return silent(text)[:room]
