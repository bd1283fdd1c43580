"""Discord as a surface: all that Aether asks of it, over plain HTTP."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress

import discord
import structlog

from adapters.discord.outbound import history as past
from adapters.discord.outbound import rate_limits
from adapters.discord.outbound.calls import Calls
from adapters.discord.outbound.discord_time import DiscordTime
from adapters.discord.outbound.errors import Closed
from adapters.discord.outbound.files import download
from adapters.discord.outbound.threads import NoThread, ThreadDirectory
from adapters.discord.outbound.writing import Writing
from adapters.discord.render.card import LIMITS
from adapters.ports.cards import Card, CardKey
from adapters.ports.errors import Deleted, Rejected, SurfaceFault, Unanswered
from adapters.ports.inbound import Attachment, Reply
from adapters.ports.limits import Limits
from adapters.ports.rate_limit import RateLimit
from adapters.ports.surface import Place, Ref, Upload, Verb
from runtime.events import Phase
from runtime.ids import Address
from runtime.ports import Clock

log = structlog.get_logger(__name__)

_SEEN = "👀"
_RESTS = (Phase.IDLE, Phase.PAUSED)
_NO_THREAD = "I cannot open a thread here: {}. I answer below the message that asks."
_TRIES = 3  # times that nothing is heard of a thread, before it is left
_TYPING = 2.0  # seconds: a sign that comes late is none, and it must keep nobody waiting


class DiscordSurface:
    """Implements Surface over a client that has logged in; it needs no gateway and no cache."""

    def __init__(self, client: discord.Client, clock: Clock) -> None:
        self._time, self._calls = DiscordTime(clock), Calls(client)
        self._places = ThreadDirectory(client, self._time)
        self._writing = Writing(self._calls, self._time)
        self._told: set[tuple[str, str]] = set()
        """What people were told, by channel or thread: once, and not for each message."""
        self._silent: Counter[str] = Counter()
        """How often Discord did not answer when a thread was asked for."""
        self._begun: set[str] = set()
        """Threads that were asked for and are not made yet, or cannot be made."""

    @property
    def limits(self) -> Limits:
        return LIMITS

    async def open(self, address: Address, title: str) -> Place:
        """The channel itself where there can be no thread; people are told why."""
        place = Place(address=address, channel=address.channel)
        try:
            place = await self._calls.make(
                "open",
                address.channel,
                lambda: self._places.open(address, title),
                cost=self.cost(address, "open"),
            )
        except NoThread as none:
            await self._tell(address, address.channel, _NO_THREAD.format(none))
        except Unanswered:
            self._silent[address.thread] += 1
            if self._silent[address.thread] < _TRIES or not await self._tell(
                address, address.thread, _NO_THREAD.format("Discord does not answer")
            ):
                raise
        self._silent.pop(address.thread, None)
        self._learn(place)
        return place

    def _learn(self, place: Place) -> None:
        if place.channel == place.address.thread:
            self._begun.discard(place.channel)
        else:
            self._begun.add(place.address.thread)

    async def signal(self, address: Address, message_id: str | None, phase: Phase) -> None:
        if message_id is None:
            if phase not in _RESTS:
                await self._type_in(address)
        elif message_id == address.thread:
            # The message that a thread is made from stands beside it; the first one of a forum's
            # post has the thread's id too, and stands in it.
            self._begun.add(address.thread)
            try:
                await self._see(address, address.channel, message_id)
            except (Deleted, Rejected):
                await self._see(address, address.thread, message_id)
        else:
            await self._see(address, self._where(address), message_id)

    def _where(self, address: Address) -> str:
        """The thread; its channel while there is no thread, or where there can be none."""
        return address.channel if address.thread in self._begun else address.thread

    async def _type_in(self, address: Address) -> None:
        """A thread that somebody deleted sets nobody typing elsewhere."""
        channel = self._where(address)

        async def call() -> None:
            await self._calls.channel(channel).typing()

        cost = self.cost(address, "signal")
        with suppress(Deleted):
            await self._calls.make("signal", channel, call, cost=cost, patience=_TYPING)

    async def _see(self, address: Address, channel: str, message_id: str) -> None:
        message = self._calls.message(channel, int(message_id))
        ref = Ref(place=Place(address=address, channel=channel), message=message_id)
        cost = self.cost(address, "signal", ref=ref)
        await self._calls.make("signal", channel, lambda: message.add_reaction(_SEEN), cost=cost)

    async def post(self, place: Place, card: Card) -> Ref:
        self._learn(place)
        try:
            return await self._writing.post(place, card)
        except Closed as closed:
            if place.channel != place.address.channel:
                text = f"I cannot write in the thread of this message: {closed.why}."
                await self._tell(place.address, place.channel, text)
            raise

    async def _tell(self, address: Address, about: str, text: str) -> bool:
        """Once, below what was said: who gets no answer in a thread looks there. Whether it stands
        there."""
        if (about, text) not in self._told:
            log.warning("discord.no_thread", channel=address.channel, told=text)
            try:
                await self._writing.say(address, text)
            except SurfaceFault as fault:
                log.warning("discord.not_told", channel=address.channel, why=str(fault))
                return False
            self._told.add((about, text))
        return True

    async def edit(self, ref: Ref, card: Card) -> None:
        await self._writing.edit(ref, card)

    async def delete(self, ref: Ref) -> None:
        await self._writing.delete(ref)

    async def find(self, place: Place, key: CardKey) -> Ref | None:
        return await self._writing.find(place, key)

    async def attach(self, place: Place, key: CardKey, file: Upload) -> Ref:
        return await self._writing.attach(place, key, file)

    async def history(self, address: Address, after: str) -> tuple[Reply, ...]:
        """Nothing where there is no thread: in a channel nobody speaks to us alone."""
        client, me = self._calls.client, self._calls.me
        try:
            return await self._calls.make(
                "history",
                address.thread,
                lambda: past.said(client, me, address, after),
                cost=self.cost(address, "history"),
            )
        except Deleted:
            return ()

    async def fetch(self, file: Attachment) -> bytes:
        return await download(file)

    def cost(
        self, address: Address, verb: Verb, card: Card | None = None, ref: Ref | None = None
    ) -> tuple[RateLimit, ...]:
        return rate_limits.cost(address, verb, card, ref, self._time.now())
