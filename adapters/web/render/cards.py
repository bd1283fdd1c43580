"""card(card) -> HTML: a message as chats get it. Pure."""

from __future__ import annotations

from typing import assert_never

from adapters.ports.cards import (
    Asked,
    Attached,
    Block,
    Buttons,
    Card,
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
from adapters.web.render import gates, people, record
from adapters.web.render.prose import growing, prose
from adapters.web.render.source import exact
from adapters.web.render.tags import Html, div, el
from runtime.ids import SessionId

_NONE = SessionId("")
LIMITS = Limits(text=40_000, steps=100, tail_lines=100, rows=50, operation=24_000)
"""A page scrolls: few answers have more than one part."""
WHOLE = Limits(text=400_000, operation=250_000)
"""For what people decide in the page: they see all of it."""


def card(shown: Card, session: SessionId = _NONE) -> Html:
    """Without blocks it is empty: what stood there stays until there is something new to say."""
    match shown.blocks:
        case (GateFacts() as facts, Operation() as operation, *rest):
            return gates.gate(facts, operation, rest)
        case (Asked() as asked, *rest):
            return gates.question(asked, rest)
        case (Prose() as said, *rest):
            return answer(said, rest)
        case (Attached(file=file),):
            return people.file(file, session)
        case blocks:
            drawn = [_block(block, session) for block in blocks]
            return el("article", {"class": f"record {shown.state}"}, *drawn)


def note(shown: Card) -> Html:
    """What was said before a call came after all."""
    texts = [prose(block.text) for block in shown.blocks if isinstance(block, Prose)]
    return el("article", {"class": "answer note"}, *texts)


def answer(said: Prose, rest: list[Block]) -> Html:
    """The words of the agent; while they grow the page shows where they end."""
    text = growing(said.text) if said.growing else prose(said.text)
    rate = gates.row(rest)
    marks = [record.block(block) for block in rest if isinstance(block, Note)]
    style = "answer growing" if said.growing else "answer"
    return el("article", {"class": style}, text, *marks, div("rate", *rate) if rate else None)


def _block(block: Block, session: SessionId) -> Html:
    match block:
        case Heading() | Steps() | Workers() | Status() | Note():
            return record.block(block)
        case Running() | Failed() | Thinking():
            return record.work(block)
        case Prose(text=text):
            return div("answer", prose(text))
        case Operation(text=text, language=language):
            return exact(text, language)
        case Buttons() | Choice():
            return div("gate-foot", *gates.row((block,)))
        case GateFacts():
            return el("p", None, f"{block.tool}: {block.why}")
        case Asked(text=text):
            return el("p", None, text)
        case Attached(file=file):
            return people.file(file, session)
        case _:
            assert_never(block)
