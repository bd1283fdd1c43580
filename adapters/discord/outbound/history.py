"""What stands in a channel already."""

from __future__ import annotations

import discord

from adapters.discord.inbound.message_text import (
    by_an_app,
    by_people,
    files,
    our_names,
    recipient,
    words,
)
from adapters.discord.inbound.parts import parts
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
    """What others wrote, oldest first; without a thread, the newest of the channel itself. `after`
    may be no message of Discord's: somebody spoke last at another door, and then all is read.
    Raises discord.HTTPException."""
    channel = client.get_partial_messageable(int(address.thread or address.channel))
    if after.isascii() and after.isdigit():
        found = channel.history(limit=_SAID, after=discord.Object(int(after)), oldest_first=True)
    else:
        found = channel.history(limit=_SAID if address.team and address.thread else _IN_A_DM)
    every = [m async for m in found if m.author.id != me]
    if address.team and address.thread and not after:
        every += await _starter(client, address, every)
    messages = sorted([m for m in every if by_people(m) or by_an_app(m)], key=lambda m: m.id)
    guild = await _guild(client, address, messages)
    names = our_names(client)
    return tuple(_reply(message, me, address, names, guild) for message in messages)


async def _starter(
    client: discord.Client, address: Address, messages: list[discord.Message]
) -> list[discord.Message]:
    """The message that a thread was opened on stands in the channel; a post has its own."""
    if any(str(message.id) == address.thread for message in messages):
        return []
    channel = client.get_partial_messageable(int(address.channel))
    try:
        starter = await channel.fetch_message(int(address.thread))
    except (discord.NotFound, discord.Forbidden):
        return []  # deleted, or the thread began without one
    return [] if client.user and starter.author.id == client.user.id else [starter]


async def _guild(
    client: discord.Client, address: Address, messages: list[discord.Message]
) -> discord.Guild | None:
    """Where something in the messages needs a name that only the server has."""
    named = any(m.raw_role_mentions or m.raw_channel_mentions for m in messages)
    if not (address.team and named):
        return None
    return await client.fetch_guild(int(address.team), with_counts=False)


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
        parts=parts(message, me),
        app=not by_people(message),
    )
