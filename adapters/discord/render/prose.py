"""The agent's Markdown in Discord's dialect, which has no tables and only three kinds of headings
("Markdown Text 101"). Nothing of the text is left out."""

from __future__ import annotations

import re

from adapters.discord.render.table import aligned
from adapters.discord.render.text import silent
from adapters.markdown.zones import Zone, zones
from adapters.ports.cards import Prose
from adapters.text import clean

ROOM = 4_000  # characters of all texts of a message together
_WORDS = ROOM - 60  # of an answer: something may stand below it
_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
_DEEP = re.compile(r"^#{4,6}(?= )", re.MULTILINE)


def prose(block: Prose) -> str:
    """The text with its tables drawn, as far as there is room for them."""
    drawn = _drawn(_calling_nobody(clean(block.text)).strip("\n"))
    return (drawn if drawn.strip() else "…") if len(drawn) <= _WORDS else undrawn(block)


def undrawn(block: Prose) -> str:
    """The text as it is."""
    text = _calling_nobody(clean(block.text)).strip("\n")
    return text[:_WORDS] if text.strip() else "…"


def _calling_nobody(text: str) -> str:
    """Code stays as it is, to be copied: Discord reads no mentions in it."""
    parts = _CODE.split(text)
    return "".join(part if place % 2 else silent(part) for place, part in enumerate(parts))


def _drawn(text: str) -> str:
    if "|" not in text and "####" not in text:
        return text
    parts: list[str] = []
    place = 0
    for zone in sorted(zones(text).zones, key=lambda zone: zone.start):
        if zone.start >= place:
            parts += [_DEEP.sub("###", text[place : zone.start]), _block(text, zone)]
            place = zone.end
    return "".join((*parts, _DEEP.sub("###", text[place:])))


def _block(text: str, zone: Zone) -> str:
    source = text[zone.start : zone.end]
    is_table = bool(zone.opening) and not zone.fence
    if not is_table or "```" in source:
        return source
    end = "\n" if source.endswith("\n") else ""
    return f"```\n{aligned(source)}\n```{end}"
