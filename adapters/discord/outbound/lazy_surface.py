"""The surface over plain HTTP: it signs in at its first verb and never needs the gateway."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

import aiohttp
import discord

from adapters.discord.gateway.clients import client_of
from adapters.discord.gateway.endpoints import point_at
from adapters.discord.outbound.surface import DiscordSurface
from adapters.discord.settings import DiscordSettings
from adapters.ports.cards import Card, CardKey
from adapters.ports.errors import Rejected, SurfaceFault, Unanswered
from adapters.ports.inbound import Attachment, Reply
from adapters.ports.limits import Limits
from adapters.ports.rate_limit import RateLimit
from adapters.ports.surface import Place, Ref, Upload, Verb
from runtime.events import Phase
from runtime.ids import Address
from runtime.ports import Clock

_PATIENCE = 2.0  # seconds for calls that are on their way at the end
_SIGNING_IN = 10.0  # seconds; the library itself would wait for minutes, and the end with it


class LazySurface:
    """Implements Surface. Its client outlives the connections to the gateway: what is on its way to
    a thread is not lost with a socket. After `aclose` all verbs raise Unanswered, until `reopen`.
    """

    def __init__(self, settings: DiscordSettings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._signing_in = asyncio.Lock()
        self._signed_in = self._closed = False
        self._busy, self._idle = 0, asyncio.Event()
        self._idle.set()
        self._renew()

    def _renew(self) -> None:
        self._client = client_of(self._settings)
        self._surface = DiscordSurface(self._client, self._clock)

    async def reopen(self) -> None:
        """Signs in, so that the first sign of life need not wait for it. Never raises."""
        self._closed = False
        with suppress(SurfaceFault):
            await self._ready()

    async def aclose(self) -> None:
        self._closed = True
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                await self._idle.wait()
        async with self._signing_in:
            if self._signed_in:
                await self._sign_out()

    async def _sign_out(self) -> None:
        """A client that was closed cannot be used again."""
        self._signed_in = False
        await self._client.close()
        self._renew()

    async def _ready(self) -> DiscordSurface:
        async with self._signing_in:
            if self._closed:
                raise Unanswered("the connection to Discord is closed")
            if not self._signed_in:
                await self._sign_in()
            return self._surface

    async def _sign_in(self) -> None:
        """Raises Rejected if the token is refused, Unanswered if Discord cannot be reached."""
        point_at(self._settings)
        try:
            async with asyncio.timeout(_SIGNING_IN):
                await self._client.login(self._settings.token)
            self._signed_in = True
        except discord.LoginFailure:
            raise Rejected("Discord refuses the token of the bot") from None
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            why = str(error) or type(error).__name__
            raise Unanswered(f"Discord cannot be reached: {why}") from error
        finally:
            if not self._signed_in:
                await self._sign_out()

    @asynccontextmanager
    async def _verb(self) -> AsyncGenerator[DiscordSurface]:
        self._busy += 1
        self._idle.clear()
        try:
            yield await self._ready()
        except RuntimeError as error:
            # aiohttp says so of a session that was closed.
            if not self._closed:
                raise
            raise Unanswered("the connection to Discord was closed") from error
        finally:
            self._busy -= 1
            if not self._busy:
                self._idle.set()

    @property
    def limits(self) -> Limits:
        return self._surface.limits

    async def open(self, address: Address, title: str) -> Place:
        async with self._verb() as surface:
            return await surface.open(address, title)

    async def signal(self, address: Address, message_id: str | None, phase: Phase) -> None:
        async with self._verb() as surface:
            await surface.signal(address, message_id, phase)

    async def post(self, place: Place, card: Card) -> Ref:
        async with self._verb() as surface:
            return await surface.post(place, card)

    async def edit(self, ref: Ref, card: Card) -> None:
        async with self._verb() as surface:
            await surface.edit(ref, card)

    async def delete(self, ref: Ref) -> None:
        async with self._verb() as surface:
            await surface.delete(ref)

    async def find(self, place: Place, key: CardKey) -> Ref | None:
        async with self._verb() as surface:
            return await surface.find(place, key)

    async def attach(self, place: Place, key: CardKey, file: Upload) -> Ref:
        async with self._verb() as surface:
            return await surface.attach(place, key, file)

    async def history(self, address: Address, after: str) -> tuple[Reply, ...]:
        async with self._verb() as surface:
            return await surface.history(address, after)

    async def fetch(self, file: Attachment) -> bytes:
        async with self._verb() as surface:
            return await surface.fetch(file)

    def cost(
        self, address: Address, verb: Verb, card: Card | None = None, ref: Ref | None = None
    ) -> tuple[RateLimit, ...]:
        return self._surface.cost(address, verb, card, ref)
