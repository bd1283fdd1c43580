"""A chat platform in memory: keeps what is posted, enforces its limits, and fails on demand."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from adapters.ports.cards import Card, CardKey
from adapters.ports.errors import Deleted, Immutable, RateLimited, Rejected, Unanswered
from adapters.ports.inbound import Attachment, Reply
from adapters.ports.limits import Limits
from adapters.ports.rate_limit import RateLimit
from adapters.ports.surface import Place, Ref, Upload, Verb
from adapters.testing.limiters import Limiter
from runtime.events import Phase
from runtime.ids import Address
from runtime.ports import Clock

T = TypeVar("T")

Fault = Literal["refused", "dropped", "unanswered", "rejected"]
"""refused: 429 without a reason. dropped: not done, and no answer. unanswered: done, no answer.
rejected: not done, for good."""


@dataclass(slots=True)
class PostedMessage:
    """One message: all that it ever said, the newest last."""

    place: Place
    key: CardKey
    said: list[Card | Upload]
    deleted: bool = False
    frozen: bool = False


@dataclass(slots=True)
class Books:
    """What a platform keeps, whoever is connected. `faults` strike the next calls, one each."""

    messages: list[PostedMessage] = field(default_factory=list[PostedMessage])
    places: dict[Address, str] = field(default_factory=dict[Address, str])
    signals: list[tuple[str | None, Phase]] = field(default_factory=list[tuple[str | None, Phase]])
    replies: list[Reply] = field(default_factory=list[Reply])
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    faults: deque[Fault | None] = field(default_factory=deque[Fault | None])
    calls: list[Verb] = field(default_factory=list[Verb])
    limiters: dict[RateLimit, Limiter] = field(default_factory=dict[RateLimit, Limiter])
    exceeded: int = 0

    def standing(self) -> dict[CardKey, PostedMessage]:
        """What people see, by key. Raises if a key stands there twice."""
        seen = [message for message in self.messages if not message.deleted]
        by_key = {message.key: message for message in seen}
        assert len(by_key) == len(seen), f"doubled: {sorted(message.key for message in seen)}"
        return by_key

    def freeze(self) -> None:
        """The platform lets nobody change what stands there now."""
        for message in self.messages:
            message.frozen = True

    def vanish(self, key: CardKey) -> None:
        """Somebody deletes the message."""
        for message in self.messages:
            message.deleted = message.deleted or message.key == key


@dataclass(frozen=True, slots=True)
class MemorySurface:
    """Implements Surface. `costs` are the budgets of each verb; half of `latency` (seconds) passes
    before a call has its effect, half after."""

    clock: Clock
    books: Books = field(default_factory=Books)
    limits: Limits = field(default_factory=Limits)
    costs: Mapping[Verb, tuple[RateLimit, ...]] = field(
        default_factory=dict[Verb, tuple[RateLimit, ...]]
    )
    latency: float = 0.0

    def cost(
        self, address: Address, verb: Verb, card: Card | None = None, ref: Ref | None = None
    ) -> tuple[RateLimit, ...]:
        return self.costs.get(verb, ())

    async def open(self, address: Address, title: str) -> Place:
        def effect() -> Place:
            channel = self.books.places.setdefault(address, address.channel)
            return Place(address=address, channel=channel, thread=address.thread)

        return await self._call("open", effect)

    async def signal(self, address: Address, message_id: str | None, phase: Phase) -> None:
        await self._call("signal", lambda: self.books.signals.append((message_id, phase)))

    async def post(self, place: Place, card: Card) -> Ref:
        return await self._call("post", lambda: self._stand(place, card.key, card))

    async def attach(self, place: Place, key: CardKey, file: Upload) -> Ref:
        return await self._call("attach", lambda: self._stand(place, key, file))

    async def edit(self, ref: Ref, card: Card) -> None:
        def effect() -> None:
            message = self._message(ref)
            if message is None or message.deleted:
                raise Deleted(f"message {ref.message} does not exist")
            if message.frozen:
                raise Immutable(f"message {ref.message} can never be changed again")
            message.said.append(card)

        await self._call("edit", effect)

    async def delete(self, ref: Ref) -> None:
        def effect() -> None:
            message = self._message(ref)
            if message is not None:
                message.deleted = True

        await self._call("delete", effect)

    async def find(self, place: Place, key: CardKey) -> Ref | None:
        def effect() -> Ref | None:
            for number, message in enumerate(self.books.messages):
                if message.key == key and message.place == place and not message.deleted:
                    return Ref(place=place, message=str(number))
            return None

        return await self._call("find", effect)

    async def history(self, address: Address, after: str) -> tuple[Reply, ...]:
        def effect() -> tuple[Reply, ...]:
            said = [reply for reply in self.books.replies if _stands_in(reply, address)]
            ids = [reply.message_id for reply in said]
            return tuple(said[ids.index(after) + 1 if after in ids else 0 :])

        return await self._call("history", effect)

    async def fetch(self, file: Attachment) -> bytes:
        try:
            return self.books.files[file.handle]
        except KeyError:
            raise Deleted(f"file {file.handle!r} does not exist") from None

    def _stand(self, place: Place, key: CardKey, said: Card | Upload) -> Ref:
        self.books.messages.append(PostedMessage(place, key, [said]))
        return Ref(place=place, message=str(len(self.books.messages) - 1))

    def _message(self, ref: Ref) -> PostedMessage | None:
        number = int(ref.message) if ref.message.isdigit() else -1
        return self.books.messages[number] if 0 <= number < len(self.books.messages) else None

    async def _call(self, verb: Verb, effect: Callable[[], T]) -> T:
        """Half of the way, the effect or what goes wrong, and half of the way back."""
        await self._travel()
        fault = self.books.faults.popleft() if self.books.faults else None
        self._admit(verb, fault)
        if fault == "dropped":
            raise Unanswered(f"{verb}: the connection was lost")
        if fault == "rejected":
            raise Rejected(f"{verb}: not allowed", "not allowed")
        self.books.calls.append(verb)
        done = effect()
        if fault == "unanswered":
            raise Unanswered(f"{verb}: the answer was lost")
        await self._travel()
        return done

    async def _travel(self) -> None:
        if self.latency:
            await self.clock.sleep(self.latency / 2)

    def _admit(self, verb: Verb, fault: Fault | None) -> None:
        """Raises RateLimited."""
        rate_limits = self.costs.get(verb, ())
        if fault == "refused":
            raise RateLimited((*rate_limits, RateLimit(verb, 1, 1.0))[0], 2.0)
        for rate_limit in rate_limits:
            limiter = self.books.limiters.get(rate_limit)
            retry = limiter.take(self.clock.monotonic()) if limiter else None
            if retry is not None:
                self.books.exceeded += 1
                raise RateLimited(rate_limit, retry)


def _stands_in(reply: Reply, address: Address) -> bool:
    """In the thread; without one, in the channel itself."""
    if address.thread:
        return reply.address == address
    place = reply.address.model_copy(update={"thread": ""})
    return place == address and reply.message_id == reply.address.thread
