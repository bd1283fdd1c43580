"""Figures and foreign text in words that are fit to be seen."""

from __future__ import annotations

import re

from adapters.web.draw.tags import Child, Html, el, join
from runtime.events import Phase

PHASES = {
    Phase.IDLE: "Ready",
    Phase.PLANNING: "Planning",
    Phase.THINKING: "Thinking",
    Phase.TOOL_CALLING: "Working",
    Phase.OBSERVING: "Reading results",
    Phase.COMPILING: "Answering",
    Phase.PAUSED: "Paused",
}

_SEQUENCES = re.compile(
    r"\x1b[\]PX^_].*?(?:\x07|\x1b\\|\x9c|$)|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|\x1b[ -/]*[0-~]?",
    re.MULTILINE,
)
# C0 and C1 controls, marks that reorder text (a name may pretend to be another), lone surrogates.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_OVERWRITTEN = re.compile(r"[^\n]*\r(?!\n|$)", re.MULTILINE)
LONG = 40_000  # characters of one text on the page; the record has all of it


def clean(text: str) -> str:
    """Line breaks and tabs are the only control characters left."""
    text = _SEQUENCES.sub("", text).replace("\r\n", "\n")
    return _CONTROLS.sub("", _OVERWRITTEN.sub("", text))


def one_line(text: str, width: int = 200) -> str:
    words = " ".join(clean(text).split())
    return words if len(words) <= width else words[: width - 1] + "…"


def cut(text: str, most: int = LONG) -> str:
    """The end of a long text: what is new matters more."""
    text = clean(text)
    if len(text) <= most:
        return text
    return f"[{len(text) - most:,} characters before this are left out]\n{text[-most:]}"


def revealed(text: str) -> Html:
    """Exactly the text: hidden characters are written out, since people approve what they see."""
    parts: list[Child] = []
    place = 0
    for found in _CONTROLS.finditer(text):
        parts += [text[place : found.start()], _escaped(found[0])]
        place = found.end()
    return join((*parts, text[place:]))


def _escaped(character: str) -> Html:
    return el("mark", {"title": "a hidden character"}, repr(character)[1:-1])


def has_hidden(text: str) -> bool:
    return _CONTROLS.search(text) is not None


def lasted(seconds: float) -> str:
    if seconds < 10:
        return f"{max(seconds, 0):.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"


def sized(size: int) -> str:
    amount = float(size)
    for unit in ("B", "KiB"):
        if amount < 1024:
            return f"{amount:.0f} {unit}"
        amount /= 1024
    return f"{amount:.1f} MiB"
