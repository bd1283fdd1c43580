"""Where the blocks of a Markdown text begin and end, by character; parsed by markdown-it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from markdown_it import MarkdownIt
from markdown_it.token import Token

from adapters.text import clean

# Blocks only: where links are is found in the few places that matter, and much faster. Nobody shows
# raw HTML as anything but text, and the address of a reference stands where it is written.
_PARSER = MarkdownIt("commonmark").enable("table").disable(["inline", "html_block", "reference"])
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+\Z")
_LONGEST_MARK, _LONGEST_LANGUAGE = 12, 40


@dataclass(frozen=True, slots=True)
class Zone:
    """A block that should not be cut: a fence, a table, or code without a fence. `body` is where
    its lines or rows begin, the first of which stays with the head."""

    start: int
    end: int
    body: int = 0
    fence: bool = False
    opening: str = ""
    closing: str = ""

    @property
    def is_table(self) -> bool:
        return bool(self.opening) and not self.fence

    def may_cut(self, place: int) -> bool:
        """Whether both sides can be made whole again."""
        return bool(self.opening) and place > self.body


@dataclass(frozen=True, slots=True)
class Zones:
    """`prose` are the stretches outside of all zones. `open_fence` is the one that the text ends
    in, if it was not closed."""

    line_starts: tuple[int, ...]
    block_starts: frozenset[int]
    zones: tuple[Zone, ...]
    prose: tuple[tuple[int, int], ...]
    open_fence: Zone | None

    @property
    def last_line(self) -> int:
        """Where it begins."""
        return self.line_starts[-1] if self.line_starts else 0

    def too_long(self, most: int) -> tuple[int, ...]:
        """Where to cut the first table that has `most` rows below its head, to leave less."""
        for table in (zone for zone in self.zones if zone.is_table):
            second = bisect_right(self.line_starts, table.body)
            end = bisect_left(self.line_starts, table.end)
            if cuts := self.line_starts[second + most - 2 : end : most - 1]:
                return cuts
        return ()

    def around(self, place: int) -> Zone | None:
        """The zone that a cut at `place` goes through."""
        return next((z for z in self.zones if z.start < place < z.end), None)


def zones(text: str) -> Zones:
    """Zones of the text as if it ended here: a fence that is open reaches to the end. What nobody
    will see of it makes no difference."""
    written = _LINE.findall(text)
    starts = [0, *accumulate(map(len, written))]
    lines = [clean(line.rstrip("\r\n")) + "\n" for line in written]
    tokens = _PARSER.parse("".join(lines))
    found = [zone for token in tokens if (zone := _zone(token, lines, starts))]
    fences = [zone for zone in found if zone.fence]
    is_open = fences and fences[-1].end > len(text)
    return Zones(
        line_starts=tuple(starts[1:-1]),
        block_starts=frozenset(
            starts[token.map[0]] for token in tokens if token.map and token.level == 0
        ),
        zones=tuple(found),
        prose=_prose(text, lines, starts, found),
        open_fence=fences[-1] if is_open else None,
    )


def _zone(token: Token, lines: Sequence[str], starts: Sequence[int]) -> Zone | None:
    if token.map is None:
        return None
    first, last = token.map
    last = min(last, len(lines))
    start, end = starts[first], starts[last]
    match token.type:
        case "fence":
            zone = _fence(token, lines[first:last], starts[first : last + 1])
            return zone if last == len(lines) else replace(zone, end=end)
        case "table_open":
            head = "".join(lines[first : first + 2])
            return Zone(start, end, starts[first + 2], opening=head)
        case "code_block":
            return Zone(start, end)
        case _:
            return None


def _fence(token: Token, lines: Sequence[str], starts: Sequence[int]) -> Zone:
    mark, head, start, end = token.markup, lines[0], starts[0], starts[-1]
    closed = len(lines) > 1 and lines[-1].strip(" \t>\r\n") in _closers(mark, lines[-1])
    # One past the end: a cut at the end of an open fence goes through it, if that is the text's.
    end = end if closed else end + 1
    if len(mark) > _LONGEST_MARK:
        return Zone(start, end)
    quote = "> " * head.split(mark, 1)[0].count(">")
    language = token.info.strip()[:_LONGEST_LANGUAGE]
    opening, closing = f"{quote}{mark}{language}\n", f"{quote[:8]}{mark}"
    return Zone(start, end, starts[1], True, opening, closing)


def _closers(mark: str, line: str) -> tuple[str, ...]:
    """What may close a fence that `mark` opened: as many of the same, or more."""
    return tuple(mark + mark[0] * more for more in range(line.count(mark[0]) - len(mark) + 1))


def _prose(
    text: str, lines: Sequence[str], starts: Sequence[int], found: Sequence[Zone]
) -> tuple[tuple[int, int], ...]:
    """Paragraphs and the like: between zones and blank lines, where no link goes across."""
    begins = sorted(zone.start for zone in found)
    stretches: list[tuple[int, int]] = []
    begin: int | None = None
    for line, start in zip(lines, starts, strict=False):
        near = bisect_right(begins, start) - 1
        apart = not line.strip() or any(z.start <= start < z.end for z in found[: near + 1])
        if apart and begin is not None:
            stretches.append((begin, start))
        begin = None if apart else start if begin is None else begin
    return (*stretches, (begin, len(text))) if begin is not None else tuple(stretches)
