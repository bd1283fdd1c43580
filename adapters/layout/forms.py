"""What a card looks like in a simpler form: for where a platform does not take the fuller one.

Pure. The words stay the same in every form, an answer exactly; what cannot be kept is its looks,
and in the last forms its buttons.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import assert_never, get_args

from adapters.markdown.split import split
from adapters.ports.cards import (
    Asked,
    Attached,
    Block,
    Button,
    Buttons,
    Card,
    CardKey,
    Choice,
    Failed,
    Form,
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
from adapters.text import revealed, waiting_for

FORMS: tuple[Form, ...] = get_args(Form)
_SHARE = 4  # a piece has a quarter of what plain text may have
_LEAST = 200  # characters; smaller parts cannot be split safely


def simpler(form: Form) -> Form | None:
    """The next one; None after the last."""
    following = FORMS.index(form) + 1
    return FORMS[following] if following < len(FORMS) else None


def in_form(card: Card, form: Form, limits: Limits) -> tuple[Card, ...]:
    """The messages that show the card in this form. While it grows it is one; keys of the others
    name the state, whose form only ever becomes simpler, so that no key comes back."""
    if form == card.form:
        return (card,)
    if form not in ("plain", "pieces") or not card.blocks or isinstance(card.blocks[0], Attached):
        return (replace(card, form=form),)
    size = limits.plain if form == "plain" else max(_LEAST, limits.plain // _SHARE)
    sources = [part.source for part in split(in_words(card), size)]
    first, *rest = (_text(card, source, form) for source in sources)
    if card.state == "live":
        return (first,)
    return first, *(
        replace(text, key=CardKey(f"{card.key}/{card.state}-{number}"), notify=())
        for number, text in enumerate(rest, start=2)
    )


def _text(card: Card, source: str, form: Form) -> Card:
    return replace(card, blocks=(Prose(source, source),), form=form)


def in_words(card: Card) -> str:
    """All that the card says, without any markup of ours."""
    return "\n".join(line for block in card.blocks for line in _lines(block) if line.strip())


def _lines(block: Block) -> Iterator[str]:  # noqa: C901 -- one line for each kind of a union
    match block:
        case Heading(title=title):
            waits = waiting_for(block.people) if block.waiting else ""
            yield f"{title}: {block.outcome or waits or block.phase}"
        case Steps(rows=rows):
            yield f"{block.done} of {block.total} steps done"
            yield from (f"{row.number}. {row.title} ({row.status})" for row in rows)
        case Running():
            yield f"{block.tool}: {block.summary}"
            yield from block.tail
        case Failed():
            yield f"{block.tool}: {block.summary}: {block.message or block.kind}"
        case Thinking(lines=lines):
            yield from lines
        case Workers(rows=rows):
            yield from (f"- {row.title} {row.outcome or ''} {row.summary}".rstrip() for row in rows)
        case Status():
            yield " · ".join(filter(None, (block.model, block.isolation)))
        case Prose(source=source):
            yield source
        case Operation(text=text, cut=cut):
            yield revealed(text) + (f"\n({cut:,} more characters)" if cut else "")
        case GateFacts():
            yield from _gate(block)
        case Asked(text=text, answer=answer, options=options):
            yield text if answer is None else f"{text}\nAnswer: {answer}"
            yield from (f"{number}. {option}" for number, option in enumerate(options, start=1))
        case Note(text=text):
            yield text
        case Attached(file=file):
            yield file.name
        case Buttons(row=row) | Choice(options=row):
            yield from _elsewhere(row)
        case _:
            assert_never(block)


def _gate(gate: GateFacts) -> Iterator[str]:
    if gate.decision is not None:
        names = " and ".join(actor.name or actor.id for actor in gate.decision.actors)
        yield f"{gate.tool}: {gate.decision.verdict}" + (f" by {names}" if names else "")
    else:
        until = f"{gate.expires_at:%Y-%m-%d %H:%M} UTC"
        yield f"Approval needed: {gate.tool}, {gate.risk} risk, until {until}"
        yield f"{gate.why}\nMay decide: {gate.who}"


def _elsewhere(row: tuple[Button, ...]) -> Iterator[str]:
    """Of what people must decide on. Other buttons are missed by nobody."""
    if any(button.press.kind in ("gate", "question") for button in row):
        labels = ", ".join(button.label for button in row)
        yield f"The buttons cannot be shown here. Press them in the workbench: {labels}."
