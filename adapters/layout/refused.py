"""What stands where a platform would not take a message."""

from __future__ import annotations

from dataclasses import replace

from adapters.cards import Asked, Attached, Card, GateFacts, Heading, Note, Urgency


def in_place_of(card: Card, why: str) -> Card:
    """Tells people so. Its key and its people stay; nothing of it does that may be the reason."""
    text = f"{_named(card)} cannot be shown here: {why.rstrip('.')}. The workbench shows it."
    return replace(card, urgency=Urgency.ACT, state="done", blocks=(Note("error", text),))


def _named(card: Card) -> str:
    for block in card.blocks:
        match block:
            case Attached():
                return "A file"
            case GateFacts():
                return "A request for your approval"
            case Asked():
                return "A question to you"
            case Heading():
                return "What this task is doing"
            case _:
                continue
    return "A part of the answer"
