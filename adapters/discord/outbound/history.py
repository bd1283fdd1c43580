"""What stands in a channel already."""

from __future__ import annotations

import discord

from adapters.discord.inbound.message_text import by_people, files, our_names, recipient, words
from adapters.discord.inbound.people import actor_of
from adapters.discord.outbound.idempotency_key import mark
from adapters.ports.cards import CardKey
from adapters.ports.inbound import Reply
from runtime.ids import Address

_OURS = 300  # messages, the newest, that are looked through for one of ours
_SAID = 500  # messages of a thread that are read: the next ones, or the newest
_IN_A_DM = 50  # of a conversation in private, which has no beginning


async def ours(
    channel: discord.PartialMessageable, me: int, *keys: CardKey
) -> list[discord.Message | None]:
    """For each key the oldest message that bears its mark. Raises discord.HTTPException."""
    found: dict[int | None, discord.Message] = {}
    async for message in channel.history(limit=_OURS):
        if message.author.id == me:
            found[_mark(message)] = message
    return [found.get(mark(key)) for key in keys]


def _mark(message: discord.Message) -> int | None:
    return getattr(message.components[0], "id", None) if message.components else None


async def said(client: discord.Client, me: int, address: Address, after: str) -> tuple[Reply, ...]:
    """What people wrote, oldest first. `after` may be no message of Discord's: somebody spoke last
    at another door, and then all is read. Raises discord.HTTPException."""
    channel = client.get_partial_messageable(int(address.thread))
    if after.isascii() and after.isdigit():
        found = channel.history(limit=_SAID, after=discord.Object(int(after)), oldest_first=True)
    else:
        found = channel.history(limit=_SAID if address.team else _IN_A_DM)
    messages = sorted([m async for m in found if by_people(m)], key=lambda message: message.id)
    names_roles = address.team and any(message.raw_role_mentions for message in messages)
    guild = await client.fetch_guild(int(address.team), with_counts=False) if names_roles else None
    names = our_names(client)
    return tuple(_reply(message, me, address, names, guild) for message in messages)


def _reply(
    message: discord.Message,
    me: int,
    address: Address,
    names: tuple[str, ...],
    guild: discord.Guild | None,
) -> Reply:
    text = words(message, me, guild)
    return Reply(
        address=address,
        actor=actor_of(message.author),
        message_id=str(message.id),
        text=text,
        channel=str(message.channel.id),
        files=files(message),
        to=recipient(message, me, text, names),
        direct=not address.team,
    )
