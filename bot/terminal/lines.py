"""What is printed: lines of styled spans, and prose in Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.terminal.sanitize import clean, reveal

Style = Literal["plain", "dim", "bold", "good", "warn", "bad", "accent"]


@dataclass(frozen=True, slots=True)
class Span:
    text: str
    style: Style = "plain"


@dataclass(frozen=True, slots=True)
class Line:
    spans: tuple[Span, ...] = ()

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class Prose:
    """Markdown of the model, printed as a block."""

    markdown: str


Item = Line | Prose
Part = str | tuple[str, Style]


def line(*parts: Part) -> Line:
    """One line; parts without a style are plain. Everything is cleaned, breaks become spaces."""
    spans = (Span(part) if isinstance(part, str) else Span(*part) for part in parts)
    cleaned = (Span(clean(span.text).replace("\n", " "), span.style) for span in spans)
    return Line(tuple(span for span in cleaned if span.text))


def block(text: str, style: Style = "plain", indent: str = "  ") -> tuple[Line, ...]:
    """Each line of a text as a line of its own, indented."""
    return tuple(line(indent, (part, style)) for part in clean(text).rstrip().split("\n"))


def tail(text: str, lines: int, indent: str = "  ") -> tuple[Line, ...]:
    """The last lines of a text, and how many came before them; nothing for an empty text."""
    parts = clean(text).rstrip().split("\n")
    if parts == [""]:
        return ()
    shown = block("\n".join(parts[-lines:]), "dim", indent)
    above = len(parts) - lines
    if above <= 0:
        return shown
    return (line((f"{indent}… {above} more line{'s' * (above > 1)} above", "dim")), *shown)


_MARKED: dict[str, Style] = {"+": "good", "-": "bad", "@": "accent"}


def diff_lines(diff: str, most: int | None = None, indent: str = "  │ ") -> tuple[Line, ...]:
    """A unified diff, coloured as such; of a long one the beginning, and how much is missing."""
    rows = diff.split("\n") if diff else []
    shown = rows if most is None else rows[:most]
    left = len(rows) - len(shown)
    more = (line((f"{indent}… {left:,} more lines", "dim")),) if left else ()
    marked = (line(indent, (row, _MARKED.get(row[:1], "dim"))) for row in map(reveal, shown))
    return (*marked, *more)
