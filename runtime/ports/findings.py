"""What an examination found: every room reports in these words, the doctor prints them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `bad` is required and missing; `poor` is optional. Both come
    with a remedy."""

    what: str
    state: Literal["good", "poor", "bad"]
    text: str
    remedy: str = ""


def good(what: str, text: str) -> Finding:
    return Finding(what, "good", text)


def poor(what: str, text: str, remedy: str = "") -> Finding:
    """Aether serves without it."""
    return Finding(what, "poor", text, remedy)


def bad(what: str, text: str, remedy: str = "") -> Finding:
    return Finding(what, "bad", text, remedy)
