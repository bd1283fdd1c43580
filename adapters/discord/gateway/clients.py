"""Clients of discord.py that keep nothing: no messages, no members but the bot itself."""

from __future__ import annotations

from typing import Any

import discord
import discord.http

from adapters.discord.gateway.bucket import Bucket
from adapters.discord.gateway.endpoints import stay
from adapters.discord.gateway.refusals import watch
from adapters.discord.settings import DiscordSettings

LONGEST_WAIT = 6.0
"""Seconds: most windows last five. Beyond, the pacer waits, and shows what is new."""


class Unreachable(Exception):
    """The first handshake with the gateway failed."""


def intents(*, content: bool) -> discord.Intents:
    """What is heard. Only the content of messages is privileged, a switch in the developer portal;
    without it the words of those who mention the bot are heard, and direct messages."""
    return discord.Intents(
        guilds=True,
        guild_messages=True,
        dm_messages=True,
        guild_reactions=True,
        dm_reactions=True,
        message_content=content,
    )


def client_of(
    settings: DiscordSettings, *, content: bool = True, longest_wait: float = LONGEST_WAIT
) -> discord.Client:
    """Fresh and not logged in. A client that was closed cannot be used again. Calls for which
    Discord asks a longer wait raise RateLimited."""
    shards = settings.shards if settings.shards > 1 else None
    kind = _Sharded if shards else _Client
    # It would warn that it cannot speak.
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    discord.http.Ratelimit = Bucket
    client = kind(
        intents=intents(content=content),
        max_messages=None,
        member_cache_flags=discord.MemberCacheFlags.none(),
        chunk_guilds_at_startup=False,
        allowed_mentions=discord.AllowedMentions.none(),
        shard_count=shards,
        http_trace=watch(),
    )
    # As an option it would be at least 30 seconds.
    client.http.max_ratelimit_timeout = longest_wait
    return client


class _Client(discord.Client):
    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        # Before it connects again, discord.py 2.7 asks the last socket where it stopped; after a
        # first handshake that failed there is none, and it would end in an AttributeError.
        if event == "disconnect":
            if getattr(self, "ws", None) is None:
                raise Unreachable("Discord's gateway does not answer")
            stay(self.ws)
        super().dispatch(event, *args, **kwargs)


class _Sharded(discord.AutoShardedClient):
    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        if event == "disconnect":
            for number in self.shards:
                stay(self._get_websocket(shard_id=number))
        super().dispatch(event, *args, **kwargs)
