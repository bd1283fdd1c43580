"""An info reply as a modal: one text to read. Discord puts Cancel and Submit below it; both close
it."""

from __future__ import annotations

import discord

from adapters.discord.button_ids import READ
from adapters.discord.render.text import escaped, fenced, label
from adapters.ports.inbound import InfoReply
from adapters.text import clean, revealed

# "Component Reference": characters of a modal's title, and of a Text Display.
_TITLE, _TEXT = 45, 4_000


def modal(info: InfoReply) -> discord.ui.Modal | None:
    """None where it does not fit. A title that is too long stands whole above the text."""
    title = " ".join(clean(info.title).split())
    body = clean(info.body).strip() or "…"
    text = body if len(title) <= _TITLE else f"### {escaped(title)}\n{body}"
    text = f"{text}\n{fenced(revealed(info.exact))}" if info.exact else text
    if len(text) > _TEXT:
        return None
    shown = discord.ui.Modal(title=label(title, _TITLE), custom_id=READ)
    shown.add_item(discord.ui.TextDisplay(text))
    # The library remembers an open one for ever, since nobody tells it that one was cancelled.
    shown.stop()
    return shown
