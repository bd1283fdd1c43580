"""Emoji: a character, or name:id of one that a guild drew."""

from __future__ import annotations

import re

from adapters.simulators.discord import refusals
from adapters.simulators.discord.payload import Json

_CUSTOM = re.compile(r"\w{2,32}:\d{15,20}")


def parse_emoji(text: str) -> str:
    """As it stands in an address of the REST interface. Raises Refusal 10014 for mere letters."""
    plain = text.removeprefix("a:")
    if _CUSTOM.fullmatch(plain):
        return plain
    if not plain or len(plain) > 16 or all(char.isascii() and not char.isdigit() for char in plain):
        raise refusals.unknown_emoji()
    return plain


def emoji_json(emoji: str) -> Json:
    name, _, number = emoji.partition(":")
    return {"id": number or None, "name": name}
