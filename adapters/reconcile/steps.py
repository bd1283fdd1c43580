"""Which calls bring a thread from what stands there to the cards. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from adapters.layout.forms import in_form
from adapters.ports.cards import Attached, Card, CardKey, Urgency
from adapters.ports.limits import Limits
from adapters.ports.surface import Ref
from adapters.reconcile.messages import Message
from runtime.view import ThreadView

RECREATED = 1  # times that a vanished message is posted again: then somebody wants it gone
LAST = "/last"
"""Ends the key of the last words of what can be changed no more. It is another key: the message
that stands there bears the first one, and would be found in place of the new one."""

Verb = Literal["post", "attach", "edit", "delete", "find"]


@dataclass(frozen=True, slots=True)
class Step:
    """One call. For `delete` the card is empty. `of` is the card of the layout that it is for."""

    verb: Verb
    card: Card
    of: CardKey
    ref: Ref | None = None

    @property
    def frame(self) -> bool:
        """Whether it is one of the many edits of a live stream."""
        return self.verb == "edit" and self.card.state == "live"

    @property
    def begins_answer(self) -> bool:
        return self.verb == "post" and self.card.key.startswith("answer:")

    @property
    def is_file(self) -> bool:
        """Files go their own way: an upload may take a minute, and its message stands anywhere."""
        return self.card.key.startswith("file:")


def steps(
    view: ThreadView, cards: Sequence[Card], known: Mapping[CardKey, Message], limits: Limits
) -> tuple[Step, ...]:
    """What is to be done, the most urgent first; of the same class what stands higher in the
    thread."""
    found: list[Step] = []
    wanted = {card.key for card in cards}
    for card in (_newest(card, known) for card in cards):
        shown = _shown(card, known, limits)
        wanted |= {message.key for message in shown}
        found += [step for message in shown if (step := _step(message, card.key, known))]
    # A retried turn loses its text for a moment; only what stays away is taken away.
    if view.run is None or view.run.outcome is not None:
        found += _leftovers(wanted, known)
    return tuple(sorted(found, key=lambda step: step.card.urgency))


def _newest(card: Card, known: Mapping[CardKey, Message]) -> Card:
    """What can be changed no more is told in a new message when it is done: nothing in between,
    which would be one message each."""
    message = known.get(card.key)
    if message is None or not message.frozen or card.state != "done":
        return card
    return replace(card, key=CardKey(card.key + LAST))


def _shown(card: Card, known: Mapping[CardKey, Message], limits: Limits) -> tuple[Card, ...]:
    """The messages of the card, in the form that the platform takes."""
    message = known.get(card.key)
    return (card,) if message is None else in_form(card, message.form(card), limits)


def _step(card: Card, of: CardKey, known: Mapping[CardKey, Message]) -> Step | None:
    message = known.get(card.key)
    if message is not None and card == message.refused:
        card = message.instead or replace(card, blocks=())
    if not card.blocks or (message is not None and (message.gone or message.frozen)):
        return None
    if message is None or message.absent:
        return Step("attach" if _is_file(card) else "post", card, of)
    if message.ref is None:
        return Step("find", card, of)
    if _is_file(card) or message.says(card):
        return None
    return Step("edit", card, of, message.ref)


def _is_file(card: Card) -> bool:
    return isinstance(card.blocks[0], Attached)


def _leftovers(wanted: set[CardKey], known: Mapping[CardKey, Message]) -> Iterator[Step]:
    for key, message in known.items():
        is_wanted = key in wanted or key.removesuffix(LAST) in wanted
        if not (is_wanted or message.gone or message.absent or message.refused):
            nothing = Card(key, Urgency.RECORD, "done", ())
            yield Step("find" if message.ref is None else "delete", nothing, key, message.ref)
