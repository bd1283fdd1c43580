"""render(card) -> payload: one message. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from adapters.ports.cards import (
    Asked,
    Attached,
    Block,
    Buttons,
    Card,
    CardKey,
    Choice,
    Failed,
    GateFacts,
    Heading,
    Note,
    Operation,
    Prose,
    Running,
    Status,
    Steps,
    Thinking,
    Workers,
)
from adapters.ports.limits import Limits
from adapters.slack.render import gates, work
from adapters.slack.render.actions import actions
from adapters.slack.render.block_kit import Json, markdown, rich, section, text
from adapters.slack.render.simple import bare_text, sections
from adapters.slack.render.summary import summary
from adapters.slack.render.tables import fitted, without_tables
from adapters.slack.render.text import line, tamed

EVENT = "aether_card"

LIMITS = Limits(
    text=8_000,
    steps=20,
    tail_lines=6,
    rows=6,
    operation=1_500,
    blocks=45,
    table_rows=99,
    plain=3_000,
)
"""All blocks of a message together may have about 13,200 characters, 12,000 of them Markdown, and
11,000 are safe. Text that is tamed grows by a third at most. Slack makes a block of its own of
nearly everything in Markdown; a message may have 50, and a table 100 rows. Text alone may have
4,000 characters where a message is changed ("chat.update")."""


@dataclass(frozen=True, slots=True)
class Payload:
    """A message without its place. `text` is what notifications and screen readers say; without
    blocks it is the message."""

    key: CardKey
    text: str
    blocks: tuple[Json, ...]
    metadata: Json


def named(key: CardKey) -> Json:
    """Metadata of a message, by which it is found again."""
    return {"event_type": EVENT, "event_payload": {"key": key}}


def render(card: Card) -> Payload:
    """Every card of `layout` with LIMITS fits Slack's own."""
    match card.form:
        case "full":
            return Payload(card.key, summary(card), _blocks(card), named(card.key))
        case "lean":
            return Payload(card.key, summary(card), _blocks(card, lean=True), named(card.key))
        case "simple":
            return Payload(card.key, summary(card), sections(card), named(card.key))
        case "plain":
            return Payload(card.key, bare_text(card), (), named(card.key))
        case "pieces":  # the name itself may be what was refused
            return Payload(card.key, bare_text(card), (), {})
        case _:
            assert_never(card.form)


def _blocks(card: Card, *, lean: bool = False) -> tuple[Json, ...]:
    draw = _lean if lean else _block
    blocks = [drawn for block in card.blocks if (drawn := draw(block)) is not None]
    call = gates.called(card.notify)
    called = [call] if call is not None else []
    return (*called, *blocks, *actions(card.blocks, native=not lean))


def _lean(block: Block) -> Json | None:
    """Without the kinds of blocks that Slack is particular about."""
    match block:
        case Steps(rows=rows):
            return work.bare_plan(block) if rows else None
        case Prose():
            return markdown(without_tables(tamed(block.text)) or "…")
        case _:
            return _block(block)


def _block(block: Block) -> Json | None:  # noqa: C901 -- one line for each kind of a union
    match block:
        case Heading():
            return work.title(block)
        case Steps():
            return work.plan(block) if block.rows else None
        case Running():
            return work.running(block)
        case Failed():
            return work.failed(block)
        case Thinking():
            return work.thinking(block)
        case Workers():
            return work.workers(block) if block.rows else None
        case Status():
            return work.status(block)
        case Note():
            return work.note(block)
        case Prose():
            return markdown(prose(block))
        case Operation():
            return gates.operation(block)
        case GateFacts():
            return gates.facts(block)
        case Asked():
            return gates.asked(block)
        case Attached():
            return rich(section(text(f"📎 {line(block.file.name, 200)}")))
        case Buttons() | Choice():
            return None  # they stand together at the foot
        case _:
            assert_never(block)


def prose(block: Prose) -> str:
    """Markdown as it is sent; Slack refuses to show nothing."""
    return fitted(tamed(block.text)) or "…"


def growing(card: Card) -> str | None:
    """The text of an answer that is being written, if the card is nothing else: without the end of
    a fence that was only closed for this frame, so that the next frame's begins with it."""
    blocks: Sequence[Block] = card.blocks
    if card.form != "full" or card.state != "live" or len(blocks) != 1:
        return None
    if not isinstance(blocks[0], Prose):
        return None
    text, source = blocks[0].text, blocks[0].source
    return fitted(tamed(text[: text.find(source) + len(source)])) or "…"
