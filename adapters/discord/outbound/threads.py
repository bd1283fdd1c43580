"""Where the messages of a thread are written."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import discord

from adapters.discord.gateway.refusals import is_for_all
from adapters.discord.outbound.discord_time import DiscordTime
from adapters.discord.outbound.errors import (
    NO_ACCESS,
    NO_PERMISSION,
    THREAD_EXISTS,
    TOO_MANY_THREADS,
    UNKNOWN_MESSAGE,
    WRONG_CHANNEL,
)
from adapters.discord.render.text import moment
from adapters.layout.excerpt import one_line
from adapters.ports.surface import Place
from adapters.text import clean
from runtime.ids import Address

_NAME = 100  # characters, "Start Thread from Message"
_ARCHIVE = 1440  # minutes without a new message: edits do not count ("Threads", Active vs Archived)
_EMOJI = re.compile(r"<a?:(\w+):\d+>", re.ASCII)
_MENTION = re.compile(r"<(?:@[!&]?|#)\d+>", re.ASCII)
_PLAIN = "Task"
_WHY = {
    NO_ACCESS: "the bot lacks View Channel",
    NO_PERMISSION: "the bot lacks Create Public Threads",
    WRONG_CHANNEL: "this kind of channel has none",
    TOO_MANY_THREADS: "the server has as many as Discord allows",
}


class NoThread(Exception):
    """A thread cannot be opened, now or ever: its channel is the place. The words of the exception
    are the reason, for people; they are the same for as long as it lasts."""


class ThreadDirectory:
    """Remembers kinds of channels, which never change, and where threads are refused for a time."""

    def __init__(self, client: discord.Client, time: DiscordTime) -> None:
        self._client, self._time = client, time
        self._parents: dict[str, object] = {}
        # Until a moment of our clock, and when that is in Discord's time, for people.
        self._refused: dict[str, tuple[float, datetime]] = {}

    async def open(self, address: Address, title: str) -> Place:
        """Raises NoThread and DiscordException."""
        return Place(address=address, channel=await self._channel(address, title))

    async def _channel(self, address: Address, title: str) -> str:
        if not address.team:
            return address.channel
        parent = self._parents.get(address.channel)
        if parent is None:
            parent = await self._client.fetch_channel(int(address.channel))
            self._parents[address.channel] = parent
        match parent:
            case discord.TextChannel():
                return await self._thread(parent, address, named(title))
            case discord.ForumChannel():
                return address.thread  # a post is a thread from its birth
            case _:
                return address.channel

    async def _thread(self, parent: discord.TextChannel, address: Address, name: str) -> str:
        """A thread has the id of the message that it was made from."""
        self._look(address.channel)
        starter = parent.get_partial_message(int(address.thread))
        try:
            await starter.create_thread(name=name, auto_archive_duration=_ARCHIVE)
        except discord.RateLimited as limit:
            if is_for_all():
                raise
            wait, time = limit.retry_after, self._time
            until = time.moment() + wait, time.now() + timedelta(seconds=wait)
            self._refused[address.channel] = until
            self._look(address.channel)
        except discord.HTTPException as error:
            match error.code:
                case code if code == THREAD_EXISTS:
                    return address.thread
                case code if code == UNKNOWN_MESSAGE:
                    return await self._existing(address)
                case code if code in _WHY:
                    raise NoThread(_WHY[code]) from None
                case _ if error.status not in (400, 403):
                    raise
                case _ if name != _PLAIN:  # a filter may dislike the title
                    return await self._thread(parent, address, _PLAIN)
                case code:
                    raise NoThread(f"Discord refuses it ({code})") from None
        return address.thread

    def _look(self, channel: str) -> None:
        """Discord is not asked again before the time that it named. Raises NoThread."""
        until = self._refused.get(channel)
        if until is not None and self._time.moment() < until[0]:
            raise NoThread(f"Discord allows the next one {moment(until[1])}")

    async def _existing(self, address: Address) -> str:
        """It was made without a message, or its message is deleted: then there may be no thread."""
        try:
            await self._client.fetch_channel(int(address.thread))
        except discord.NotFound:
            return address.channel
        return address.thread


def named(title: str) -> str:
    """The name of a thread shows no Markdown, and mentions as numbers."""
    plain = _MENTION.sub(" ", _EMOJI.sub(r":\1:", clean(title)))
    return one_line(plain, _NAME) or _PLAIN
