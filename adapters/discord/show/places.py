"""Where the messages of a thread are written."""

from __future__ import annotations

import re

import discord
import structlog

from adapters.discord.show.faults import (
    NO_PERMISSION,
    THREAD_EXISTS,
    TOO_MANY_THREADS,
    UNKNOWN_MESSAGE,
    WRONG_CHANNEL,
)
from adapters.layout.excerpt import one_line
from adapters.surface import Place
from adapters.words import clean
from runtime.ids import Address

log = structlog.get_logger(__name__)

_NAME = 100  # characters, "Start Thread from Message"
_ARCHIVE = 1440  # minutes without a new message: edits do not count ("Threads", Active vs Archived)
_EMOJI = re.compile(r"<a?:(\w+):\d+>", re.ASCII)
_MENTION = re.compile(r"<(?:@[!&]?|#)\d+>", re.ASCII)
_WHY = {
    NO_PERMISSION: "the bot lacks Create Public Threads",
    WRONG_CHANNEL: "this kind of channel has none",
    TOO_MANY_THREADS: "the server has as many as Discord allows",
}


class Places:
    """Remembers kinds of channels, which never change, and what was said of them already."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self._parents: dict[str, object] = {}
        self._said: set[str] = set()

    async def open(self, address: Address, title: str) -> Place:
        """Raises discord.HTTPException."""
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
                return await self._thread(parent, address, title)
            case discord.ForumChannel():
                return address.thread  # a post is a thread from its birth
            case _:
                return address.channel

    async def _thread(self, parent: discord.TextChannel, address: Address, title: str) -> str:
        """A thread has the id of the message that it was made from. Where there can be none, the
        channel itself."""
        starter = parent.get_partial_message(int(address.thread))
        try:
            await starter.create_thread(name=named(title), auto_archive_duration=_ARCHIVE)
        except discord.HTTPException as error:
            match error.code:
                case code if code == THREAD_EXISTS:
                    return address.thread
                case code if code == UNKNOWN_MESSAGE:
                    return await self._existing(address)
                case code if code in _WHY:
                    self._say(address.channel, _WHY[code])
                    return address.channel
                case _:
                    raise
        return address.thread

    async def _existing(self, address: Address) -> str:
        """It was made without a message, or its message is deleted: then there may be no thread."""
        try:
            await self._client.fetch_channel(int(address.thread))
        except discord.NotFound:
            return address.channel
        return address.thread

    def _say(self, channel: str, why: str) -> None:
        if channel not in self._said:
            self._said.add(channel)
            log.warning("discord.no_thread", channel=channel, why=f"{why}: answers go there itself")


def named(title: str) -> str:
    """The name of a thread shows no Markdown, and mentions as numbers."""
    plain = _MENTION.sub(" ", _EMOJI.sub(r":\1:", clean(title)))
    return one_line(plain, _NAME) or "Task"
