"""Discord as a surface: all that Aether asks of it, over plain HTTP."""

from __future__ import annotations

import discord

from adapters.budget import Budget
from adapters.cards import Card, CardKey
from adapters.discord.draw.card import LIMITS
from adapters.discord.show import budgets, past
from adapters.discord.show.calls import Calls
from adapters.discord.show.files import download
from adapters.discord.show.places import Places
from adapters.discord.show.writing import Writing
from adapters.faults import Gone, Rejected
from adapters.inbound import Attachment, Reply
from adapters.limits import Limits
from adapters.surface import Place, Ref, Upload, Verb
from runtime.events import Phase
from runtime.ids import Address
from runtime.ports import Clock

_SEEN = "👀"
_RESTS = (Phase.IDLE, Phase.PAUSED)
_TYPING = 2.0  # seconds: a sign that comes late is none, and it must keep nobody waiting


class DiscordSurface:
    """Implements Surface over a client that has logged in; it needs no gateway and no cache."""

    def __init__(self, client: discord.Client, clock: Clock) -> None:
        self._clock, self._calls = clock, Calls(client)
        self._places, self._writing = Places(client), Writing(self._calls, clock)
        self._begun: set[str] = set()
        """Threads that were asked for and are not made yet."""

    @property
    def limits(self) -> Limits:
        return LIMITS

    async def open(self, address: Address, title: str) -> Place:
        place = await self._calls.make(
            "open", address.channel, lambda: self._places.open(address, title)
        )
        self._begun.discard(address.thread)
        return place

    async def signal(self, address: Address, message_id: str | None, phase: Phase) -> None:
        if message_id is None:
            if phase not in _RESTS:
                await self._type_in(address)
        elif message_id == address.thread:
            # The message that a thread is made from stands beside it; the first one of a forum's
            # post has the thread's id too, and stands in it.
            self._begun.add(address.thread)
            try:
                await self._see(address.channel, message_id)
            except (Gone, Rejected):
                await self._see(address.thread, message_id)
        else:
            await self._see(address.thread, message_id)

    async def _type_in(self, address: Address) -> None:
        """In the thread; in its channel while there is no thread, or where there can be none."""
        try:
            if address.thread not in self._begun:
                return await self._type(address.thread)
        except Gone:
            pass
        return await self._type(address.channel)

    async def _type(self, channel: str) -> None:
        async def call() -> None:
            await self._calls.channel(channel).typing()

        await self._calls.make("signal", channel, call, patience=_TYPING)

    async def _see(self, channel: str, message_id: str) -> None:
        message = self._calls.message(channel, int(message_id))
        await self._calls.make("signal", channel, lambda: message.add_reaction(_SEEN))

    async def post(self, place: Place, card: Card) -> Ref:
        return await self._writing.post(place, card)

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
        channel, me = self._calls.channel(address.thread), self._calls.me
        try:
            return await self._calls.make(
                "history", address.thread, lambda: past.said(channel, me, address, after)
            )
        except Gone:
            return ()

    async def fetch(self, file: Attachment) -> bytes:
        return await download(file)

    def cost(
        self, address: Address, verb: Verb, card: Card | None = None, ref: Ref | None = None
    ) -> tuple[Budget, ...]:
        return budgets.cost(address, verb, card, ref, self._clock.now())
