"""Threads and channels that somebody deleted. A task that went on there would spend its budget
where nobody sees it, and nobody could stop it."""

from __future__ import annotations

import discord

from adapters.discord.inbound.event_dispatcher import EventDispatcher
from adapters.ports.inbound import Command
from runtime.ids import Actor, Address

_MOST = 1_000  # sessions, the newest, that are looked through for those of a channel
_BY = Actor(id="discord", name="Discord: the thread was deleted")


class DeletionListener:
    def __init__(self, hearing: EventDispatcher) -> None:
        self._hearing = hearing

    def thread(self, gone: discord.RawThreadDeleteEvent) -> None:
        address = Address(
            platform="discord",
            team=str(gone.guild_id),
            channel=str(gone.parent_id),
            thread=str(gone.thread_id),
        )
        self._hearing.begin(lambda: self._stop(address))

    def channel(self, gone: discord.abc.GuildChannel) -> None:
        """With all that stood in it: also tasks that had no thread."""
        self._hearing.begin(lambda: self._stop_all(str(gone.guild.id), str(gone.id)))

    async def _stop_all(self, team: str, channel: str) -> None:
        sessions = self._hearing.context.sessions
        for row in await self._hearing.insist(lambda: sessions.list(_MOST)):
            if (row.address.team, row.address.channel) == (team, channel):
                await self._stop(row.address)

    async def _stop(self, address: Address) -> None:
        """Where nothing runs, nothing happens."""
        if await self._hearing.insist(lambda: self._hearing.threads.ours(address)):
            stop = Command(address, _BY, f"{address.thread}.deleted", "stop")
            await self._hearing.insist(lambda: self._hearing.record(stop))
