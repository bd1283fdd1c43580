"""What stands where a platform would not take a message."""

from __future__ import annotations

from dataclasses import replace

from adapters.layout.excerpt import one_line
from adapters.ports.cards import Attached, Card, Note, Urgency

_NAME = 100  # characters of a file's name
_NAMES = {
    "gate": "A request for your approval",
    "question": "A question to you",
    "run": "What this task is doing",
}


def in_place_of(card: Card, why: str) -> Card:
    """Tells people so. Its key and its people stay; nothing of it does that may be the reason."""
    text = f"{_named(card)} cannot be shown here: {why.rstrip('.')}. The workbench shows it."
    return replace(
        card, urgency=Urgency.ACT, state="done", blocks=(Note("error", text),), form="full"
    )


def _named(card: Card) -> str:
    """By its key: a simpler form may have other blocks."""
    block = card.blocks[0] if card.blocks else None
    if isinstance(block, Attached):
        return f"The file {one_line(block.file.name, _NAME)!r}"
    return _NAMES.get(card.key.partition(":")[0], "A part of the answer")
