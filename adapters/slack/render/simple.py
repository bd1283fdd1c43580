"""A card in the blocks that Slack has had the longest, and as text without any."""

from __future__ import annotations

from dataclasses import replace

from adapters.layout.forms import in_words
from adapters.markdown.split import split
from adapters.ports.cards import Buttons, Card, Choice
from adapters.slack.render.actions import actions
from adapters.slack.render.block_kit import Json, is_user, plain
from adapters.slack.render.text import bare
from adapters.text import clean

_SECTION = 2_900  # characters; "Section block": 3,000


def sections(card: Card) -> tuple[Json, ...]:
    """The text letter by letter, and plain buttons."""
    words = tuple(block for block in card.blocks if not isinstance(block, Buttons | Choice))
    text = clean(in_words(replace(card, blocks=words))) or "…"
    parts = (part.source for part in split(text, _SECTION))
    said = [_section(plain(part)) for part in parts if part.strip()]
    call = _called(card)
    mention = [_section({"type": "mrkdwn", "text": call})] if call else []
    return (*mention, *said, *actions(card.blocks, native=False))


def _section(text: Json) -> Json:
    return {"type": "section", "text": text}


def bare_text(card: Card) -> str:
    return "\n".join(filter(None, (_called(card), bare(in_words(card))))) or "…"


def _called(card: Card) -> str:
    """In mrkdwn; only ids of the service's own rules come here."""
    people = " ".join(f"<@{person}>" for person in card.notify if is_user(person))
    return people and f"{people} this needs you."
