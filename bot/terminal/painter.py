"""Puts lines on a terminal with colours, or plainly into a pipe."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Protocol, TextIO

from rich.console import Console
from rich.markdown import Markdown
from rich.text import Text

from bot.terminal.lines import Item, Line, Prose, Style
from bot.terminal.sanitize import clean

_STYLES: Mapping[Style, str] = {
    "plain": "",
    "dim": "dim",
    "bold": "bold",
    "good": "green",
    "warn": "yellow",
    "bad": "bold red",
    "accent": "cyan",
}


class Painter(Protocol):
    def paint(self, items: Sequence[Item]) -> None: ...


class ColourPainter:
    """For a terminal. Links stand as text beside their words: they cannot pretend."""

    def __init__(self, out: TextIO) -> None:
        self._console = Console(file=out, highlight=False, markup=False, emoji=False)

    def paint(self, items: Sequence[Item]) -> None:
        for item in items:
            match item:
                case Line():
                    parts = ((span.text, _STYLES[span.style]) for span in item.spans)
                    self._console.print(Text.assemble(*parts), soft_wrap=True)
                case Prose(markdown=markdown):
                    self._console.print()
                    self._console.print(Markdown(clean(markdown), hyperlinks=False))
                    self._console.print()


class PlainPainter:
    """For everything else: no control codes, Markdown as it was written."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def paint(self, items: Sequence[Item]) -> None:
        for item in items:
            text = item.text if isinstance(item, Line) else f"\n{clean(item.markdown).strip()}\n"
            self._out.write(text.rstrip(" ") + "\n")
        self._out.flush()


def of_stdout() -> Painter:
    """In colours where somebody looks at it."""
    return ColourPainter(sys.stdout) if sys.stdout.isatty() else PlainPainter(sys.stdout)
