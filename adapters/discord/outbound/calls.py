"""One call to Discord: by ids alone, bounded in time, its errors in the words of the port."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import discord

from adapters.discord.outbound.errors import THREAD_ARCHIVED, translated
from adapters.ports.errors import Rejected
from adapters.ports.rate_limit import RateLimit
from adapters.ports.surface import Verb

T = TypeVar("T")

_PATIENCE = 60.0  # seconds: what is silent for longer has lost its answer


class Calls:
    """Neither needs the gateway nor a cache, from which archived threads are missing."""

    def __init__(self, client: discord.Client) -> None:
        self.client = client

    @property
    def me(self) -> int:
        """The bot's own id."""
        assert self.client.user is not None, "the client has logged in"
        return self.client.user.id

    def channel(self, number: str) -> discord.PartialMessageable:
        return self.client.get_partial_messageable(int(number))

    def message(self, channel: str, number: int) -> discord.PartialMessage:
        return self.channel(channel).get_partial_message(number)

    async def make(
        self,
        verb: Verb,
        channel: str,
        call: Callable[[], Awaitable[T]],
        *,
        cost: Sequence[RateLimit],
        patience: float = _PATIENCE,
    ) -> T:
        """Raises SurfaceFault. A refusal closes the first budget of what the call costs; `patience`
        is in seconds."""
        with translated(verb, channel, cost[0]):
            async with asyncio.timeout(patience):
                try:
                    return await call()
                except discord.HTTPException as error:
                    if error.code != THREAD_ARCHIVED:
                        raise
                # Edits and reactions do not wake an archived thread; messages do ("Threads").
                await self._unarchive(channel)
                return await call()

    async def _unarchive(self, channel: str) -> None:
        found = await self.client.fetch_channel(int(channel))
        assert isinstance(found, discord.Thread), "nothing else is archived"
        try:
            await found.edit(archived=False)
        except discord.Forbidden:
            why = "it is archived and locked; give the bot Manage Threads, or unlock it"
            raise Rejected(f"thread {channel}: {why}") from None
