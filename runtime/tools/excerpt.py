"""Text cut to a bound: its head and its tail stay, the middle is counted and named."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

KIB = 1024

_NOTE = 80
"""Bytes kept free for the note about what was left out."""

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]{0,32}[ -/]{0,8}[@-~]|[@-Z\\^_])")
_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127], "\N{REPLACEMENT CHARACTER}")


@dataclass(slots=True)
class Excerpt:
    """Add text as it comes; memory stays at a few times the bound, however much comes.

    `head` and `tail` are bytes of UTF-8. `tail=0` keeps only the beginning.
    """

    head: int
    tail: int
    _data: bytearray = field(default_factory=bytearray)
    _bytes: int = 0
    _lines: int = 0
    """What was dropped so far."""

    def add(self, text: str) -> None:
        self._data += text.encode("utf-8", "replace")
        if len(self._data) > 4 * self._bound:
            self._drop(self.head, len(self._data) - self.tail)

    @property
    def _bound(self) -> int:
        return self.head + self.tail + _NOTE

    @property
    def truncated(self) -> bool:
        return self._bytes > 0 or len(self._data) > self._bound

    @property
    def text(self) -> str:
        """At most `head + tail + 80` bytes, cut at line ends where that costs less than half a
        side."""
        if not self.truncated:
            return self._data.decode("utf-8", "replace")
        head, tail = self._head(), self._tail()
        middle = memoryview(self._data)[len(head) : len(self._data) - len(tail)].tobytes()
        lines = self._lines + middle.count(b"\n")
        size = self._bytes + len(middle)
        note = f"[… {lines:,} lines, {size:,} bytes left out …]\n".encode()
        if head and not head.endswith(b"\n"):
            note = b"\n" + note
        return (head + note + tail).decode("utf-8", "replace")

    def _drop(self, start: int, end: int) -> None:
        self._lines += self._data.count(b"\n", start, end)
        self._bytes += end - start
        del self._data[start:end]

    def _head(self) -> bytes:
        head = bytes(self._data[: self.head])
        end = head.rfind(b"\n") + 1
        if end > self.head // 2:
            return head[:end]
        return head.decode("utf-8", "ignore").encode()  # not within a character

    def _tail(self) -> bytes:
        if not self.tail:
            return b""
        tail = bytes(self._data[-self.tail :])
        start = tail.find(b"\n") + 1
        if 0 < start <= self.tail // 2:
            return tail[start:]
        return tail.decode("utf-8", "ignore").encode()


def excerpt(text: str, *, head: int, tail: int) -> str:
    """`text`, or its head and tail if it is longer than `head + tail + 80` bytes."""
    cut = Excerpt(head, tail)
    cut.add(text)
    return cut.text


def readable(text: str) -> str:
    """What a terminal would finally show, roughly: no colours, only the last state of a line that
    was drawn over (progress bars), no other control characters."""
    lines = _ESCAPES.sub("", text).replace("\r\n", "\n").split("\n")
    last = (line.rstrip("\r").rpartition("\r")[2] for line in lines)
    return "\n".join(last).translate(_CONTROLS)


def spelled(name: str) -> str:
    """A file name of strangers on one line: what cannot be seen is spelled out, as in `a\\nb`."""
    if name.isprintable():
        return name
    return "".join(m if m.isprintable() else m.encode("unicode_escape").decode() for m in name)


def one_line(text: str, limit: int = 120) -> str:
    """White space collapsed, at most `limit` characters."""
    flat = " ".join(readable(text[: 8 * limit]).split())
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"
