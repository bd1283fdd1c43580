"""Splits Markdown into messages: never inside a link, and inside a fence or a table only where it
is larger than a message; then the fence is closed and opened again, the table's head repeated.

The sources of the parts are, put together, exactly the text. A boundary depends only on what
stands before it and shortly after, so that parts keep their place while the text grows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from wcwidth import grapheme_boundary_before

from adapters.markdown.zones import Zone, Zones, zones

_CLOSING = 24  # characters kept free at the end of a part for the fence that closes it
_INLINE = re.compile(
    r"""(?s)
    (?<!`)(?P<ticks>`+)(?!`).*?(?:(?<!`)(?P=ticks)(?!`)|\Z)   # a code span, also one that is open
    | !?\[(?:[^][\\]|\\.|\[[^][]*\])*\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*(?:\)|\Z)   # [a](b)
    | !?\[(?:[^][\\]|\\.)*\](?:\[[^][]*\])                    # [a][b]
    | !?\[[^][]*\]?\Z                                         # may become a link
    | <[^<>\s]+(?:>|\Z)                                       # <https://example.org>
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the text; `before` and `after` open and close what the cut went through."""

    source: str
    before: str = ""
    after: str = ""

    @property
    def text(self) -> str:
        """What to render."""
        return self.before + self.source + self.after


def split(text: str, limit: int) -> tuple[Part, ...]:
    """Parts whose `text` has at most `limit` characters (at least 200); one part for no text."""
    room, before, start = limit - _CLOSING, "", 0
    parts: list[Part] = []
    while len(before) + len(text) - start > room:
        window = before + text[start : start + room - len(before)]
        cut, zone = _cut(window, len(before))
        end = start + cut - len(before)
        source = text[start:end]
        parts.append(Part(source, before, _closing(zone, source)))
        before = _opening(zone, limit)
        start = end
    last = text[start:]
    return (*parts, Part(last, before, _closing(zones(before + last).open_fence, last)))


def _cut(window: str, after: int) -> tuple[int, Zone | None]:
    """The best place to cut, past `after`, and what the cut goes through."""
    found = zones(window)
    half = max(after + 1, len(window) // 2)
    kept = _unbroken(window, found)
    for places in _places(window, found, after):
        good = [p for p in places if p >= half and not _inside(p, kept)]
        if good:
            return good[-1], found.around(good[-1])
    short = [p for p in found.line_starts if after < p < half and not _inside(p, kept)]
    if short and found.around(short[-1]) is None:
        return short[-1], None
    cut = max(after + 1, grapheme_boundary_before(window, len(window)))
    return cut, found.around(cut)


def _places(window: str, found: Zones, after: int) -> Iterator[list[int]]:
    """Where one may cut, the best kind first: between blocks, between lines, between lines of a
    fence or rows of a table, between words."""
    starts = [p for p in found.line_starts if p > after]
    yield [p for p in starts if p in found.block_starts]
    yield [p for p in starts if found.around(p) is None]
    yield [p for p in starts if (zone := found.around(p)) and zone.may_cut(p)]
    spaces = (match.end() for match in re.finditer(r"[ \t]+(?=\S)", window))
    yield [p for p in spaces if p > after and found.around(p) is None]


def _unbroken(window: str, found: Zones) -> list[tuple[int, int]]:
    """Links and code spans outside of blocks that have none."""
    return [
        (match.start() + begin, match.end() + begin)
        for begin, end in found.prose
        for match in _INLINE.finditer(window[begin:end])
    ]


def _inside(place: int, spans: list[tuple[int, int]]) -> bool:
    return any(begin < place < end for begin, end in spans)


def _closing(zone: Zone | None, source: str) -> str:
    if zone is None or not zone.fence:
        return ""
    return ("" if source.endswith("\n") else "\n") + zone.closing


def _opening(zone: Zone | None, limit: int) -> str:
    """A head that fills the message would leave no room for what stands below it."""
    return zone.opening if zone and len(zone.opening) <= limit // 3 else ""
