"""Splits Markdown into messages: never inside a link, and inside a fence or a table only where it
is larger than a message; then the fence is closed and opened again, the table's head repeated.

The sources of the parts are, put together, exactly the text. A boundary depends only on what
stands before it and shortly after, so that parts keep their place while the text grows.
"""

from __future__ import annotations

import re
import sys
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


def split(
    text: str, limit: int, blocks: int = sys.maxsize, rows: int = sys.maxsize
) -> tuple[Part, ...]:
    """Parts whose `text` has at most `limit` characters (at least 200) and `blocks` blocks, and
    whose tables have at most `rows` rows below the head (at least 2 of both); one part for no
    text."""
    room, before, start = limit - _CLOSING, "", 0
    parts: list[Part] = []
    while True:
        window = before + text[start : start + room - len(before)]
        found, begin = zones(window), len(before)
        end = start + len(window) - begin
        cuts = _crowded(window, found, begin, blocks, rows, grows=end == len(text))
        if not cuts and end == len(text):
            last = window[begin:]
            return (*parts, Part(last, before, _closing(found.open_fence, last)))
        for cut in cuts or (_cut(window, found, begin),):
            zone, source = found.around(cut), window[begin:cut]
            parts.append(Part(source, before, _closing(zone, source)))
            before, begin = _opening(zone, limit), cut
            if zone and not (before and zone.start in found.block_starts):
                break  # whatever follows reads otherwise here
        start = end - len(window) + begin


def _crowded(
    window: str, found: Zones, after: int, blocks: int, rows: int, *, grows: bool
) -> tuple[int, ...]:
    """Where parts end because another block or row would be too much. While the text grows its last
    line may become anything, so a cut waits until it is complete; one place is kept free for it.
    What follows a table that is cut is not told: it is to be read with the head repeated."""
    sure = found.last_line if grows and window[-1:] not in "\r\n" else len(window)
    long = [place for place in found.too_long(rows) if after < place < sure]
    until = min([sure, *long])
    starts = sorted(place for place in found.block_starts if after < place < until)
    return (*starts[blocks - 2 :: blocks - 1], *long)


def _cut(window: str, found: Zones, after: int) -> int:
    """The best place to cut, past `after`."""
    half = max(after + 1, len(window) // 2)
    kept = _unbroken(window, found)
    for places in _places(window, found, after):
        good = [p for p in places if p >= half and not _inside(p, kept)]
        if good:
            return good[-1]
    short = [p for p in found.line_starts if after < p < half and not _inside(p, kept)]
    if short and found.around(short[-1]) is None:
        return short[-1]
    return max(after + 1, grapheme_boundary_before(window, len(window)))


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
