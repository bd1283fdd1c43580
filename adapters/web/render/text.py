"""Figures and foreign text in words that are fit to be seen."""

from __future__ import annotations

from adapters.text import UNSEEN, clean, spelled
from adapters.web.render.tags import Child, Html, el, join
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

LONG = 40_000  # characters of one text on the page; the record has all of it


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
    """Exactly the text: what cannot be seen is written out, since people approve what they see."""
    parts: list[Child] = []
    place = 0
    for found in UNSEEN.finditer(text):
        parts += [text[place : found.start()], _escaped(found[0])]
        place = found.end()
    return join((*parts, text[place:]))


def _escaped(unseen: str) -> Html:
    return el("mark", {"title": "cannot be seen"}, spelled(unseen))


def has_hidden(text: str) -> bool:
    return UNSEEN.search(text) is not None


def sized(size: int) -> str:
    amount = float(size)
    for unit in ("B", "KiB"):
        if amount < 1024:
            return f"{amount:.0f} {unit}"
        amount /= 1024
    return f"{amount:.1f} MiB"
