"""Tables that are wider than Slack's own."""

from __future__ import annotations

import re
from collections.abc import Callable

from adapters.markdown.zones import zones

_COLUMNS = 20  # "Table block"


def fitted(markdown: str) -> str:
    """With a fence around every table that is too wide. Clean text: lines end in "\\n"."""
    if not any(line.count("|") >= _COLUMNS for line in markdown.split("\n")):
        return markdown
    return _without(markdown, lambda columns: columns > _COLUMNS)


def without_tables(markdown: str) -> str:
    """With a fence around every table."""
    return _without(markdown, lambda columns: True)


def _without(markdown: str, unfit: Callable[[int], bool]) -> str:
    found = zones(markdown)
    parts: list[str] = []
    place = 0
    for zone in found.zones:
        is_block = zone.is_table and zone.start in found.block_starts
        if is_block and unfit(_columns(zone.opening)):
            parts += [markdown[place : zone.start], _fenced(markdown[zone.start : zone.end])]
            place = zone.end
    return "".join((*parts, markdown[place:]))


def _columns(head: str) -> int:
    return len(re.findall("-+", head.split("\n")[1]))


def _fenced(table: str) -> str:
    mark = "`" * max(3, 1 + max(map(len, re.findall("`+", table)), default=0))
    rows = table.removesuffix("\n")
    return f"{mark}\n{rows}\n{mark}{table[len(rows) :]}"
