"""The chat server of these tests as a surface: what a card says in full is what stands there."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from crash_points import FatalOutbox
from crash_stage import SESSION

from adapters.ports.cards import Card, CardKey
from adapters.ports.errors import Deleted, Unanswered
from adapters.ports.inbound import Attachment, Reply
from adapters.ports.limits import Limits
from adapters.ports.rate_limit import RateLimit
from adapters.ports.surface import Place, Ref, Upload, Verb
from runtime.events import Phase
from runtime.ids import Address, SessionId
from runtime.journal import Posting
from runtime.testing.chat import Chat

T = TypeVar("T")

DELETED = ""


@dataclass(frozen=True, slots=True)
class FatalRefs(FatalOutbox):
    """Implements adapters.ports.outbox.Outbox on the real table."""

    async def all(self, session: SessionId) -> Sequence[Posting]:
        return await self.inner.all(session)


@dataclass(frozen=True, slots=True)
class TcpSurface:
    """Implements Surface. A message is found by its marker, which is invisible."""

    chat: Chat
    limits: Limits = field(default_factory=Limits)

    async def open(self, address: Address, title: str) -> Place:
        return Place(address=address, channel=address.channel, thread=address.thread)

    async def signal(self, address: Address, message_id: str | None, phase: Phase) -> None:
        """The server shows none."""

    async def post(self, place: Place, card: Card) -> Ref:
        number = await _asked(self.chat.post(_marker(card.key), repr(card)))
        return Ref(place=place, message=str(number))

    async def attach(self, place: Place, key: CardKey, file: Upload) -> Ref:
        number = await _asked(self.chat.post(_marker(key), file.name))
        return Ref(place=place, message=str(number))

    async def edit(self, ref: Ref, card: Card) -> None:
        await _asked(self.chat.edit(int(ref.message), repr(card)))

    async def delete(self, ref: Ref) -> None:
        await _asked(self.chat.edit(int(ref.message), DELETED))

    async def find(self, place: Place, key: CardKey) -> Ref | None:
        number = await _asked(self.chat.find(_marker(key)))
        return None if number is None else Ref(place=place, message=str(number))

    async def history(self, address: Address, after: str) -> tuple[Reply, ...]:
        return ()

    async def fetch(self, file: Attachment) -> bytes:
        raise Deleted("the server keeps no files")

    def cost(
        self, address: Address, verb: Verb, card: Card | None = None, ref: Ref | None = None
    ) -> tuple[RateLimit, ...]:
        return ()


def _marker(key: CardKey) -> str:
    return f"{SESSION}/{key}"


async def _asked(call: Awaitable[T]) -> T:
    try:
        return await call
    except ConnectionError as error:
        raise Unanswered(str(error)) from error
