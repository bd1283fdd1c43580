"""Foreign text and spans of time in words that are fit to be seen, on every platform."""

from __future__ import annotations

import re

from runtime.approvals import Duration

_SEQUENCES = re.compile(
    r"\x1b[\]PX^_].*?(?:\x07|\x1b\\|\x9c|$)|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|\x1b[ -/]*[0-~]?",
    re.MULTILINE,
)
# C0 and C1 controls, marks that reorder text (a name may pretend to be another), line separators
# that only some programs obey, lone surrogates.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
# From the start of a line alone: without it a long line would be searched once for each letter.
_OVERWRITTEN = re.compile(r"^[^\n]*\r(?!\n|$)", re.MULTILINE)
# All that, and what has no width or looks like a space: it parts words, or carries a second text.
# The selector that makes a sign an emoji stays; people type it.
HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ud800-\udfff\U000e0000-\U000e0fff]"
)


LASTS = {
    Duration.ONCE: "once",
    Duration.RUN: "for this task",
    Duration.QUARTER: "for 15 minutes",
    Duration.HOUR: "for 1 hour",
    Duration.THREAD: "for this thread",
}
"""For how long an approval holds, in words."""


def clean(text: str) -> str:
    """Line breaks and tabs are the only control characters left. Of a line that was overwritten by
    carriage returns (progress bars) the last state stays."""
    if text.isascii() and text.isprintable():
        return text
    text = _SEQUENCES.sub("", text).replace("\r\n", "\n")
    return _CONTROLS.sub("", _OVERWRITTEN.sub("", text))


def revealed(text: str) -> str:
    """What people approve is what they see: hidden characters are written out."""
    return HIDDEN.sub(lambda found: spelled(found[0]), text.replace("\r\n", "\n"))


def spelled(hidden: str) -> str:
    """As in the source of a program; `repr` would leave some of them hidden."""
    return hidden.encode("unicode_escape").decode("ascii")


def lasted(seconds: float) -> str:
    if seconds < 10:
        return f"{max(seconds, 0):.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"
