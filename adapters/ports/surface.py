"""The port to a chat platform: everything that Aether may ask of one connection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from adapters.ports.cards import Card, CardKey
from adapters.ports.inbound import Attachment, Reply
from adapters.ports.limits import Limits
from adapters.ports.rate_limit import RateLimit
from runtime.events import Phase
from runtime.ids import Address, Value

Verb = Literal["open", "signal", "post", "edit", "delete", "find", "attach", "history"]


class Place(Value):
    """Where the messages of a thread are written. Mostly the thread itself; elsewhere where the
    platform can make no thread. Kept in the outbox, so no surface needs a memory of its own."""

    address: Address
    channel: str
    thread: str = ""


class Ref(Value):
    """One message: enough to change it after a restart."""

    place: Place
    message: str


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to deliver. `name` is untrusted text without a path."""

    name: str
    media_type: str
    data: bytes


class Surface(Protocol):
    """All verbs but `cost` raise SurfaceFault; adapters/testing/contract.py says what each keeps.

    A surface retries nothing and waits for no limit: the pacer does. It never posts twice by
    itself."""

    @property
    def limits(self) -> Limits: ...

    async def open(self, address: Address, title: str) -> Place:
        """The place of this thread, made if it is not there. Idempotent. `title` is untrusted text
        for platforms whose threads have names."""
        ...

    async def signal(self, address: Address, message_id: str | None, phase: Phase) -> None:
        """A sign of life: a reaction on the message, or the thread's own status or typing where
        no message is named. Idempotent, best effort."""
        ...

    async def post(self, place: Place, card: Card) -> Ref:
        """A new message that `find` finds by the card's key. Not idempotent."""
        ...

    async def edit(self, ref: Ref, card: Card) -> None:
        """Replace all that the message says. Raises Gone if there is no such message."""
        ...

    async def delete(self, ref: Ref) -> None:
        """No such message is success."""
        ...

    async def find(self, place: Place, key: CardKey) -> Ref | None:
        """The oldest message of ours with this key."""
        ...

    async def attach(self, place: Place, key: CardKey, file: Upload) -> Ref:
        """A new message that is a file; `find` finds it too. Not idempotent."""
        ...

    async def history(self, address: Address, after: str) -> tuple[Reply, ...]:
        """What people wrote in the thread after the message `after` ("" for all of it), oldest
        first, our own messages left out."""
        ...

    async def fetch(self, file: Attachment) -> bytes: ...

    def cost(
        self, address: Address, verb: Verb, card: Card | None = None, ref: Ref | None = None
    ) -> tuple[RateLimit, ...]:
        """What the next call will spend. Pure: the reconciler takes these slots before it calls. A
        `signal` with a ref is one on that message."""
        ...
