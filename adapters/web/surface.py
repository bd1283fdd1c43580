"""The web as a surface: a session's messages are cards on a board, whether anybody looks or not."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from adapters.ports.cards import Attached, Card, CardKey, Urgency
from adapters.ports.errors import Deleted
from adapters.ports.inbound import Attachment, Reply
from adapters.ports.limits import Limits
from adapters.ports.rate_limit import RateLimit
from adapters.ports.surface import Place, Ref, Upload, Verb
from adapters.web.posted_cards import CardStore, PostedCards
from adapters.web.render.cards import LIMITS
from runtime.errors import ToolError
from runtime.events import FileRef, Phase
from runtime.ids import Address, ArtifactHash, session_id
from runtime.ports import Artifacts


@dataclass(frozen=True, slots=True)
class WebSurface:
    """Implements Surface for the platform "web". A reference is the card's key, so a card that is
    posted twice still stands there once. Nothing is spent, and nobody has to be connected: after a
    restart, and for every other platform, the same cards are laid out from the view."""

    card_store: CardStore
    artifacts: Artifacts
    limits: Limits = field(default=LIMITS)

    async def open(self, address: Address, title: str) -> Place:
        self.card_store.begin(session_id(address))
        return Place(address=address, channel=address.channel, thread=address.thread)

    async def signal(self, address: Address, message_id: str | None, phase: Phase) -> None:
        """The page shows the phase of the view."""

    async def post(self, place: Place, card: Card) -> Ref:
        self._board(place).cards[card.key] = card
        return Ref(place=place, message=card.key)

    async def edit(self, ref: Ref, card: Card) -> None:
        cards = self._board(ref.place).cards
        if ref.message not in cards:
            raise Deleted(f"message {ref.message} does not stand on this board")
        cards[CardKey(ref.message)] = card

    async def delete(self, ref: Ref) -> None:
        self._board(ref.place).cards.pop(CardKey(ref.message), None)

    async def find(self, place: Place, key: CardKey) -> Ref | None:
        return Ref(place=place, message=key) if key in self._board(place).cards else None

    async def attach(self, place: Place, key: CardKey, file: Upload) -> Ref:
        """Only the reference is kept: the content is an artifact already."""
        name = ArtifactHash(hashlib.sha256(file.data).hexdigest())
        ref = FileRef(
            name=file.name, artifact=name, size=len(file.data), media_type=file.media_type
        )
        return await self.post(place, Card(key, Urgency.FINAL, "done", (Attached(ref),)))

    async def history(self, address: Address, after: str) -> tuple[Reply, ...]:
        """What is said at the workbench is in the journal and nowhere else."""
        return ()

    async def fetch(self, file: Attachment) -> bytes:
        try:
            return await self.artifacts.get(ArtifactHash(file.handle))
        except ToolError:
            raise Deleted(f"file {file.name!r} was not uploaded") from None

    def cost(
        self, address: Address, verb: Verb, card: Card | None = None, ref: Ref | None = None
    ) -> tuple[RateLimit, ...]:
        return ()

    def _board(self, place: Place) -> PostedCards:
        return self.card_store.of(session_id(place.address))
