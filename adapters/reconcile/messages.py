"""What stands in a thread, as far as it is known: the outbox's word, and what was sent since."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import cast, get_args

from pydantic import JsonValue

from adapters.layout.forms import FORMS, simpler
from adapters.layout.refused import in_place_of
from adapters.ports.cards import Card, CardKey, Form, State
from adapters.ports.outbox import Outbox
from adapters.ports.surface import Place, Ref
from runtime.ids import SessionId

_PLACE = "place"


@dataclass(slots=True)
class Message:
    """One message. Without `ref` it may stand there or not. `card` is what it says, if this
    process said it; `sent` is the digest of what it says for good; with neither, nobody knows.
    `absent` says that it certainly does not stand there. `refused` is what the platform would not
    take, and `instead` what tells people so, unless that was refused too. `lost` counts how often
    it vanished; `frozen` says that it can never be changed again. `forms` are the forms that are
    left of the card by its state, where the platform refused fuller ones. `tries` counts how often
    a file was sent without an answer."""

    ref: Ref | None = None
    sent: str | None = None
    lost: int = 0
    gone: bool = False
    frozen: bool = False
    absent: bool = False
    card: Card | None = None
    refused: Card | None = None
    instead: Card | None = None
    forms: dict[State, Form] = field(default_factory=dict[State, Form])
    tries: int = 0

    def says(self, card: Card) -> bool:
        if self.card is None and self.sent is not None and self.sent == digest(card):
            self.card = card
        return self.card == card

    def takes(self, card: Card | None) -> None:
        """The platform took the card. What tells that another one was refused leaves it refused."""
        if card != self.instead:
            self.refused = self.instead = None

    def refuses(self, card: Card, why: str) -> None:
        """The platform will never take the card, nor perhaps what would tell so."""
        if card == self.instead:
            self.instead = None
        else:
            self.refused, self.instead = card, in_place_of(card, why)

    def form(self, card: Card) -> Form:
        return self.forms.get(card.state, "full")


def digest(card: Card) -> str:
    """Cards are values, and their `repr` names all of them."""
    return hashlib.sha256(repr(card).encode()).hexdigest()[:16]


@dataclass(slots=True)
class Messages:
    """All of one thread. Every word is durable before what it makes possible, so that a restart at
    any point finds the message instead of posting it twice."""

    session: SessionId
    outbox: Outbox
    place: Place | None = None
    known: dict[CardKey, Message] = field(default_factory=dict[CardKey, Message])

    async def load(self) -> None:
        for posting in await self.outbox.all(self.session):
            if posting.key == _PLACE:
                self.place = Place.model_validate(posting.ref)
            else:
                self.known[CardKey(posting.key)] = _message(posting.ref)

    async def opened(self, place: Place) -> None:
        await self.outbox.record(self.session, _PLACE, place.model_dump(mode="json"))
        self.place = place

    async def intend(self, key: CardKey) -> Message:
        """Before a post."""
        if key not in self.known:
            await self.outbox.intend(self.session, key)
            self.known[key] = Message(absent=True)
        return self.known[key]

    async def stands(self, key: CardKey, ref: Ref, card: Card | None) -> None:
        """It was posted with this card, or found and says nobody knows what."""
        message = self.known[key]
        message.ref, message.card, message.absent = ref, card, False
        message.takes(card)
        message.sent = digest(card) if card and card.state != "live" else None
        await self._write(key)

    async def changes(self, key: CardKey) -> None:
        """Before an edit: from now on nobody knows what it says."""
        message = self.known[key]
        message.card = None
        if message.sent is not None:
            message.sent = None
            await self._write(key)

    async def changed(self, key: CardKey, card: Card) -> None:
        """Frames of a live card are not written down: the next process shows it anew once."""
        message = self.known[key]
        message.card = card
        message.takes(card)
        if card.state != "live":
            message.sent = digest(card)
            await self._write(key)

    async def vanished(self, key: CardKey, *, again: bool) -> None:
        """Nobody finds it any more; `again` says that it will be posted once more."""
        message = self.known[key]
        message.ref = message.sent = message.card = None
        message.lost += 1
        message.gone, message.absent = not again, again
        await self._write(key)

    async def simplify(self, key: CardKey, card: Card, why: str) -> None:
        """The platform does not take what `card` is made of, one of the messages that show the card
        `key`: it gets the next form, until there is none."""
        following, message = simpler(card.form), self.known[card.key]
        if card == message.instead:
            message.instead = None if following is None else replace(card, form=following)
        elif following is None:
            message.refuses(card, why)
        else:
            self.known[key].forms[card.state] = following
            await self._write(key)  # the next process must know which messages belong to the card

    async def froze(self, key: CardKey) -> None:
        """It stands there, and stays as it is."""
        self.known[key].frozen = True
        await self._write(key)

    async def _write(self, key: CardKey) -> None:
        message = self.known[key]
        ref = None if message.ref is None else message.ref.model_dump(mode="json")
        word: JsonValue = {"ref": ref}
        if message.sent is not None:
            word["sent"] = message.sent
        if message.lost:
            word |= {"lost": message.lost, "gone": message.gone}
        if message.frozen:
            word["frozen"] = True
        if message.forms:
            word["forms"] = {**message.forms}
        await self.outbox.record(self.session, key, word)


def _message(word: JsonValue) -> Message:
    if word is None:
        return Message()  # it was meant to be posted
    stored = cast(dict[str, JsonValue], word)  # only `_write` writes them
    ref = stored["ref"]
    sent = stored.get("sent")
    return Message(
        ref=None if ref is None else Ref.model_validate(ref),
        sent=sent if isinstance(sent, str) else None,
        lost=cast(int, stored.get("lost", 0)),
        gone=bool(stored.get("gone", False)),
        frozen=bool(stored.get("frozen", False)),
        forms=_forms(stored.get("forms")),
    )


def _forms(stored: JsonValue) -> dict[State, Form]:
    """What this version knows of it."""
    given = stored if isinstance(stored, dict) else {}
    return {state: form for state in get_args(State) for form in FORMS if given.get(state) == form}
