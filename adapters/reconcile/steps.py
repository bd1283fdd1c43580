"""Which calls bring a thread from what stands there to the cards. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from adapters.cards import Attached, Card, CardKey, Urgency
from adapters.reconcile.messages import Message
from adapters.surface import Ref
from runtime.view import ThreadView

RECREATED = 1  # times that a vanished message is posted again: then somebody wants it gone
LAST = "/last"
"""Ends the key of the last words of what can be changed no more. It is another key: the message
that stands there bears the first one, and would be found in place of the new one."""

Deed = Literal["post", "attach", "edit", "delete", "find"]


@dataclass(frozen=True, slots=True)
class Step:
    """One call. For `delete` the card is empty."""

    deed: Deed
    card: Card
    ref: Ref | None = None

    @property
    def frame(self) -> bool:
        """Whether it is one of the many edits of a live stream."""
        return self.deed == "edit" and self.card.state == "live"


def steps(
    view: ThreadView, cards: Sequence[Card], known: Mapping[CardKey, Message]
) -> tuple[Step, ...]:
    """What is to be done, the most urgent first; of the same class what stands higher in the
    thread."""
    found = [step for card in cards if (step := _step(card, known))]
    # A retried turn loses its text for a moment; only what stays away is taken away.
    if view.run is None or view.run.outcome is not None:
        found += _leftovers({card.key for card in cards}, known)
    return tuple(sorted(found, key=lambda step: step.card.urgency))


def _step(card: Card, known: Mapping[CardKey, Message]) -> Step | None:
    message = known.get(card.key)
    if message is not None and message.frozen:
        return _after(card, known)
    if message is not None and card == message.refused:
        card = message.instead or replace(card, blocks=())
    if not card.blocks or (message is not None and message.gone):
        return None
    if message is None or message.absent:
        return Step(_new(card), card)
    if message.ref is None:
        return Step("find", card)
    return None if _is_file(card) or message.says(card) else Step("edit", card, message.ref)


def _after(card: Card, known: Mapping[CardKey, Message]) -> Step | None:
    """Nothing in between, which would be one message each; and no third one."""
    if card.state != "done" or card.key.endswith(LAST):
        return None
    return _step(replace(card, key=CardKey(card.key + LAST)), known)


def _new(card: Card) -> Deed:
    return "attach" if _is_file(card) else "post"


def _is_file(card: Card) -> bool:
    return isinstance(card.blocks[0], Attached)


def _leftovers(wanted: set[CardKey], known: Mapping[CardKey, Message]) -> Iterator[Step]:
    for key, message in known.items():
        is_wanted = key.removesuffix(LAST) in wanted
        if not (is_wanted or message.gone or message.absent or message.refused):
            nothing = Card(key, Urgency.RECORD, "done", ())
            yield Step("find" if message.ref is None else "delete", nothing, message.ref)
