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
# All that, and what has no width, looks like a space, or nobody can see: the categories Cc, Cf, Co,
# Cs, Zl, Zp and Zs but for line break, tab and space, and what is empty in others (fillers of
# Hangul and Khmer, variation selectors, the joiner of graphemes, the blank of Braille, tags).
HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\xa0\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2"
    "\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000"
    "\u3164\ud800-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff\U000110bd"
    "\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
    # The selector that makes a sign an emoji stays behind such a sign; people type it.
    "|(?<![\xa9\xae\u203c-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff])\ufe0f(?!\u20e3)"
)
# What pushes the rest of a text out of sight is seen as what it is.
_GAPS = r"^(?:[ \t]*\n){3,}|[ \t]{40,}"
UNSEEN = re.compile(f"{HIDDEN.pattern}|{_GAPS}", re.MULTILINE)


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
    """What people approve is what they see: hidden characters are written out, and so is how much
    there is of nothing."""
    return UNSEEN.sub(lambda found: spelled(found[0]), text.replace("\r\n", "\n"))


def spelled(unseen: str) -> str:
    """A match of UNSEEN. Characters as in the source of a program; `repr` would leave some of them
    hidden."""
    if lines := unseen.count("\n"):
        return f"[{lines:,} blank lines]\n"
    if len(unseen) > 1:
        return f"[{len(unseen):,} spaces]"
    return unseen.encode("unicode_escape").decode("ascii")


def left_out(characters: int, lines: int) -> str:
    """What of an operation is not seen: nobody should take its beginning for all of it."""
    also = f" ({lines:,} more lines)" if lines else ""
    return f"{characters:,} more characters{also} are not shown here."


OPEN = "Open in workbench"


def waiting_for(people: str) -> str:
    """Who must act before a task goes on."""
    return f"Waiting for {people or 'you'}"


def lasted(seconds: float) -> str:
    if seconds < 10:
        return f"{max(seconds, 0):.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"
