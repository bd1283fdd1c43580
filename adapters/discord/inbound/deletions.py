"""Threads and channels that somebody deleted, where a task that went on would spend its budget
unseen, and nobody could stop it; and single messages."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

import discord

from adapters.discord.inbound.event_dispatcher import EventDispatcher
from adapters.discord.inbound.thread_address import address_in
from adapters.ports.inbound import Command, Deleted
from runtime.ids import Actor, Address

_MOST = 1_000  # sessions, the newest, that are looked through for those of a channel
_BY = Actor(id="discord", name="Discord: the thread was deleted")


class DeletionListener:
    def __init__(self, client: discord.Client, dispatcher: EventDispatcher) -> None:
        self._client, self._dispatcher = client, dispatcher

    def messages(self, channel: int, guild: int | None, numbers: Collection[int]) -> None:
        """Of a channel that is known: an archived thread has no task."""
        known = self._client.get_channel(channel)
        for number in numbers:
            if guild is None:
                place = Address(
                    platform="discord", team="", channel=str(channel), thread=str(channel)
                )
            elif known is not None:
                place = address_in(known, number)
            else:
                continue
            gone = Deleted(place, _BY, str(number), str(channel))
            self._dispatcher.begin(partial(self._tell, gone))

    async def _tell(self, gone: Deleted) -> None:
        if await self._dispatcher.insist(lambda: self._dispatcher.threads.ours(gone.address)):
            await self._dispatcher.insist(lambda: self._dispatcher.record(gone))

    def thread(self, gone: discord.RawThreadDeleteEvent) -> None:
        address = Address(
            platform="discord",
            team=str(gone.guild_id),
            channel=str(gone.parent_id),
            thread=str(gone.thread_id),
        )
        self._dispatcher.begin(lambda: self._stop(address))

    def channel(self, gone: discord.abc.GuildChannel) -> None:
        """With all that stood in it: also tasks that had no thread."""
        self._dispatcher.begin(lambda: self._stop_all(str(gone.guild.id), str(gone.id)))

    async def _stop_all(self, team: str, channel: str) -> None:
        sessions = self._dispatcher.context.sessions
        for row in await self._dispatcher.insist(lambda: sessions.list(_MOST)):
            if (row.address.team, row.address.channel) == (team, channel):
                await self._stop(row.address)

    async def _stop(self, address: Address) -> None:
        """Where nothing runs, nothing happens."""
        if await self._dispatcher.insist(lambda: self._dispatcher.threads.ours(address)):
            stop = Command(address, _BY, f"{address.thread}.deleted", "stop")
            await self._dispatcher.insist(lambda: self._dispatcher.record(stop))
