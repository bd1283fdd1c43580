"""Text of models, tools and strangers, made safe for a terminal."""

from __future__ import annotations

import re

# Escape sequences as a whole, so that their parameters do not stay behind as litter.
_SEQUENCES = re.compile(
    r"""
    \x1b[\]PX^_].*?(?:\x07|\x1b\\|\x9c|$)                 # OSC, DCS, SOS, PM, APC with their text
    | (?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?                   # CSI: colours, cursor, screen
    | \x1b[ -/]*[0-~]?                                    # all others
    """,
    re.VERBOSE | re.MULTILINE,
)
# C0 and C1 controls, marks that reorder text (a file name may pretend to be another), lone
# surrogates, and line separators that only some programs obey.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_OVERWRITTEN = re.compile(r"[^\n]*\r(?!\n|$)", re.MULTILINE)
_TAB = "    "


def clean(text: str) -> str:
    """The text with line breaks as its only control characters. Of a line that was overwritten by
    carriage returns (progress bars) the last state stays."""
    if text.isascii() and text.isprintable():
        return text
    text = _SEQUENCES.sub("", text).replace("\r\n", "\n")
    text = _OVERWRITTEN.sub("", text)
    return _CONTROLS.sub("", text.replace("\t", _TAB))


def reveal(text: str) -> str:
    """The text with every control character written out: what people approve hides nothing."""
    return _CONTROLS.sub(lambda found: repr(found[0])[1:-1], text.replace("\t", _TAB))


def one_line(text: str, width: int) -> str:
    """Cleaned, on one line, cut to so many characters."""
    words = " ".join(clean(text).split())
    return words if len(words) <= width else words[: width - 1] + "…"
