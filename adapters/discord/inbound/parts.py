"""What a message on Discord holds beside its text: what it replies to and forwards, polls, and the
embeds in which apps write ("Message Object")."""

from __future__ import annotations

from collections.abc import Iterator

import discord

from adapters.discord.inbound.markup import readable
from runtime.events import Part

_MOST = 4_000  # characters of one part


def parts(message: discord.Message, me: int) -> tuple[Part, ...]:
    """In the order in which people see them. Our own words are on the record already; embeds of
    people are previews of links."""
    return tuple(part for part in _found(message, me) if part.text.strip())


def _found(message: discord.Message, me: int) -> Iterator[Part]:
    answered = message.reference.resolved if message.reference else None
    is_reply = message.type is discord.MessageType.reply
    if is_reply and isinstance(answered, discord.Message) and answered.author.id != me:
        author = answered.author.display_name
        yield Part(kind="reply", author=author, text=told(answered)[:_MOST])
    for snapshot in message.message_snapshots:
        text = "\n".join([readable(snapshot.content, message.guild), *embedded(snapshot.embeds)])
        yield Part(kind="forward", text=text.strip()[:_MOST])
    if message.author.bot or message.webhook_id:
        yield from (Part(kind="card", text=text[:_MOST]) for text in embedded(message.embeds))
    if message.poll is not None:
        answers = "\n".join(f"- {answer.text}" for answer in message.poll.answers)
        yield Part(kind="poll", text=f"{message.poll.question}\n{answers}"[:_MOST])


def told(message: discord.Message) -> str:
    """All that another message says: its words, else its cards and the names of its files."""
    files = [f"(file: {file.filename})" for file in message.attachments]
    own = readable(message.content, message.guild)
    return "\n".join(filter(None, [own, *embedded(message.embeds), *files]))


def embedded(embeds: list[discord.Embed]) -> list[str]:
    found = ("\n".join(filter(None, _lines(embed))) for embed in embeds)
    return [text for text in found if text.strip()]


def _lines(embed: discord.Embed) -> Iterator[str]:
    yield embed.author.name or ""
    yield embed.title or ""
    yield embed.description or ""
    yield from (f"{field.name}: {field.value}" for field in embed.fields)
    yield embed.footer.text or ""
    yield embed.url or ""
