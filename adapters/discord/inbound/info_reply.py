"""A receipt as the text of a message, and the rest of it as a file."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace

import discord

from adapters.discord.button_ids import encode
from adapters.discord.render.text import fenced
from adapters.ports.button import ButtonToken
from adapters.ports.inbound import InfoReply, Refused
from adapters.text import LASTS, OPEN, revealed
from runtime.approvals import Duration

LIMIT = 2_000  # characters of a message's content
_IN_FILE = "The file holds all of it."
_CUT = "\n… cut here: the file has all of it."


@dataclass(frozen=True, slots=True)
class InfoReplyMessage:
    text: str
    rest: str = ""
    """All of it, if the text had to be cut."""
    confirms: ButtonToken | None = None
    """What the button below it presses."""

    @property
    def files(self) -> list[discord.File]:
        """Fresh: discord.py closes a file with the request that sends it."""
        if not self.rest:
            return []
        return [discord.File(io.BytesIO(self.rest.encode()), filename="all.md")]

    @property
    def view(self) -> discord.ui.View | None:
        if self.confirms is None:
            return None
        view = discord.ui.View(timeout=None)
        style = discord.ButtonStyle.danger
        view.add_item(
            discord.ui.Button(label="Approve", style=style, custom_id=encode(self.confirms))
        )
        view.stop()  # presses come back like all others: the library need not remember it
        return view


def question(token: ButtonToken) -> InfoReplyMessage:
    """Asks once more, before an approval counts for longer than one call."""
    known = {duration.value: words for duration, words in LASTS.items()}
    lasts = known.get(token.choice, known[Duration.ONCE.value])
    text = f"**High risk.** Approve {lasts}, so that more than this one call is allowed?"
    return InfoReplyMessage(text, confirms=token)


def info_reply_message(receipt: Refused | InfoReply) -> InfoReplyMessage:
    if isinstance(receipt, Refused):
        return _cut(receipt.text or "This is not possible.")
    title, exact = discord.utils.escape_markdown(receipt.title), revealed(receipt.exact)
    link = f"[{OPEN}](<{receipt.link}>)\n" if receipt.link else ""
    text = f"**{title}**\n{link}{receipt.body}"
    whole = f"{text}\n{fenced(exact)}" if exact else text
    if exact and len(whole) > LIMIT:
        return replace(_cut(f"{text}\n{_IN_FILE}"), rest=f"{text}\n\n{exact}")
    return _cut(whole)


def _cut(text: str) -> InfoReplyMessage:
    if len(text) <= LIMIT:
        return InfoReplyMessage(text)
    return InfoReplyMessage(text[: LIMIT - len(_CUT)] + _CUT, rest=text)
