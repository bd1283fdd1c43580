"""Text of models, tools and strangers, made safe for a terminal."""

from __future__ import annotations

from adapters import text as words

_TAB = "    "


def clean(text: str) -> str:
    """The text with line breaks as its only control characters."""
    return words.clean(text).replace("\t", _TAB)


def reveal(text: str) -> str:
    """The text with every hidden character written out: what people approve hides nothing."""
    return words.revealed(text).replace("\t", _TAB)


def one_line(text: str, width: int) -> str:
    """Cleaned, on one line, cut to so many characters."""
    found = " ".join(clean(text).split())
    return found if len(found) <= width else found[: width - 1] + "…"
