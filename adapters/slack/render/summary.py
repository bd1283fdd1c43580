"""A card in words, for notifications and screen readers."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.ports.cards import (
    Asked,
    Attached,
    Card,
    GateFacts,
    Heading,
    Note,
    Operation,
    Prose,
    Steps,
)
from adapters.slack.render import work
from adapters.slack.render.text import fallback
from adapters.text import revealed

_PART = 1_500


def summary(card: Card) -> str:
    """At most 4,000 characters, never empty, without any markup."""
    return fallback("\n".join(_said(card))) or "…"


def _said(card: Card) -> Iterator[str]:
    for block in card.blocks:
        match block:
            case Heading():
                yield f"{block.title[:_PART]}: {work.state(block)[1]}"
            case Steps():
                yield f"{block.done} of {block.total} steps done"
            case GateFacts(decision=None):
                yield f"Approval needed ({block.risk} risk): {block.tool[:_PART]}"
            case GateFacts(decision=decision):
                yield f"{block.tool[:_PART]}: {decision.verdict if decision else ''}"
            case Operation():
                yield revealed(block.text[:_PART])
            case Asked() | Note():
                yield block.text[:_PART]
            case Prose():
                yield block.text
            case Attached():
                yield block.file.name[:_PART]
            case _:
                pass
