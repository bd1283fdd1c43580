"""What an examination found: every room reports in these words, the doctor prints them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. What is not good comes with a remedy. `short` is what the sum
    of all findings says of one that is good."""

    what: str
    state: Literal["good", "poor", "bad", "fatal"]
    text: str
    remedy: str = ""
    short: str = ""


def good(what: str, text: str, short: str = "") -> Finding:
    return Finding(what, "good", text, short=short)


def poor(what: str, text: str, remedy: str = "") -> Finding:
    """Aether serves without it."""
    return Finding(what, "poor", text, remedy)


def bad(what: str, text: str, remedy: str = "") -> Finding:
    """Aether starts, and tasks fail."""
    return Finding(what, "bad", text, remedy)


def fatal(what: str, text: str, remedy: str = "") -> Finding:
    """Aether does not start."""
    return Finding(what, "fatal", text, remedy)
