"""What of a text people can see. Pure."""

from __future__ import annotations

from unicodedata import category

_BLANKS = "\u2800\u115f\u1160\u3164\uffa0"  # letters and symbols that draw nothing
_SELECTORS = range(0xFE00, 0xFE10)


def is_blank(text: str) -> bool:
    """Whether there is nothing to be seen: spaces, control characters, joiners, fillers."""
    return all(
        category(mark)[0] in "CZ" or mark in _BLANKS or ord(mark) in _SELECTORS for mark in text
    )
