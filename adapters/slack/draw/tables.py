"""Tables that are wider than Slack's own."""

from __future__ import annotations

import re

from adapters.markdown.zones import zones

_COLUMNS = 20  # "Table block"


def fitted(markdown: str) -> str:
    """With a fence around every table that is too wide. Clean text: lines end in "\\n"."""
    if not any(line.count("|") >= _COLUMNS for line in markdown.split("\n")):
        return markdown
    found = zones(markdown)
    parts: list[str] = []
    place = 0
    for zone in found.zones:
        if zone.is_table and zone.start in found.block_starts and _columns(zone.opening) > _COLUMNS:
            parts += [markdown[place : zone.start], _fenced(markdown[zone.start : zone.end])]
            place = zone.end
    return "".join((*parts, markdown[place:]))


def _columns(head: str) -> int:
    return len(re.findall("-+", head.split("\n")[1]))


def _fenced(table: str) -> str:
    mark = "`" * max(3, 1 + max(map(len, re.findall("`+", table)), default=0))
    rows = table.removesuffix("\n")
    return f"{mark}\n{rows}\n{mark}{table[len(rows) :]}"
