"""Foreign text and figures as Discord shows them as what they are: text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from adapters.layout.excerpt import head
from adapters.text import clean

# A backslash shows the sign after it ("Markdown Text 101"). Addresses stay whole, so that they can
# be followed; none of theirs opens a block or a spoiler.
_MARKS = re.compile(
    r"(?P<address>https?://[^\s<>`*|\\]+)|(?P<start>^[ \t]*(?:[#>+-]|\d+(?=\.)))|[\\`*_~|<\[\]]",
    re.MULTILINE,
)
# Foreign text calls nobody, even where mentions of others are allowed. The fullwidth sign for it
# keeps the length.
_CALLS = re.compile(r"@(?=(?:everyone|here)\b)|(?<=<)@(?=[!&]?\d+>)")
_LEAST = 8  # characters of a text, however little room there is


def silent(text: str) -> str:
    """The same without mentions of anybody, and as long."""
    return _CALLS.sub("\uff20", text)


def escaped(text: str) -> str:
    """Markdown that shows `text`."""
    return silent(_MARKS.sub(_escape, text))


def _escape(found: re.Match[str]) -> str:
    if found["address"]:
        return found[0]
    if found["start"] and found[0][-1].isdigit():
        return f"{found[0]}\\"  # the full stop after it
    return f"{found[0][:-1]}\\{found[0][-1]}"


def fenced(text: str, language: str = "") -> str:
    """A code block, which `text` cannot leave."""
    inside = re.sub("`(?=``)", "`\u200b", text).strip("\n")
    return f"```{language}\n{inside or ' '}\n```"


def label(text: str, size: int) -> str:
    """For buttons and options, which show no Markdown and must not be empty."""
    return head(" ".join(clean(text).split()), size) or "?"


def moment(at: datetime, style: str = "R") -> str:
    """A time that each reader sees in their own zone ("Message Formatting", timestamps)."""
    return f"<t:{int(at.timestamp())}:{style}>"


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes foreign text. `scale` (above 0, at most 1) says how much of each there is room for:
    what must be escaped grows. `beside`: it stands in a channel, beside what others say there."""

    scale: float = 1.0
    beside: bool = False

    def cut(self, text: str) -> str:
        if self.scale >= 1.0:
            return text
        return head(text, max(_LEAST, int(len(text) * self.scale)))

    def plain(self, text: str) -> str:
        """Lines of text."""
        return escaped(self.cut(clean(text)).strip())

    def line(self, text: str) -> str:
        """All of it in one line."""
        return escaped(self.cut(" ".join(clean(text).split())))

    def code(self, lines: tuple[str, ...]) -> str:
        return fenced("\n".join(self.cut(clean(line)) for line in lines))
