"""A receipt as the text of a message, and the rest of it as a file."""

from __future__ import annotations

import io
from dataclasses import dataclass

import discord

from adapters.inbound import Refused, Sheet

LIMIT = 2_000  # characters of a message's content
_CUT = "\n… cut here: the file has all of it."


@dataclass(frozen=True, slots=True)
class Paper:
    text: str
    rest: str = ""
    """All of it, if the text had to be cut."""

    @property
    def files(self) -> list[discord.File]:
        """Fresh: discord.py closes a file with the request that sends it."""
        if not self.rest:
            return []
        return [discord.File(io.BytesIO(self.rest.encode()), filename="all.md")]


def paper(receipt: Refused | Sheet) -> Paper:
    if isinstance(receipt, Refused):
        return _cut(receipt.text or "This is not possible.")
    return _cut(f"**{discord.utils.escape_markdown(receipt.title)}**\n{receipt.body}")


def _cut(text: str) -> Paper:
    if len(text) <= LIMIT:
        return Paper(text)
    return Paper(text[: LIMIT - len(_CUT)] + _CUT, rest=text)
