"""What a message says, without the mention that called us."""

from __future__ import annotations

import re
from collections.abc import Iterable

import discord

from adapters.discord.inbound.markup import readable
from adapters.intake.names import calls_us
from adapters.ports.inbound import Attachment, To

_BY_PEOPLE = (discord.MessageType.default, discord.MessageType.reply)
_BY_COMMANDS = (
    discord.MessageType.chat_input_command,
    discord.MessageType.context_menu_command,
)


def by_people(message: discord.Message) -> bool:
    """No bot, no webhook, and nothing that Discord itself says: it has notices of several types,
    and users of its own (Clyde, community updates) that are marked `system`."""
    is_person = not (message.author.bot or message.author.system or message.webhook_id)
    return is_person and message.type in _BY_PEOPLE


def by_an_app(message: discord.Message) -> bool:
    """Another bot, or a webhook; not what Discord itself says."""
    is_app = message.author.bot or message.webhook_id is not None
    return is_app and message.type in (*_BY_PEOPLE, *_BY_COMMANDS)


def calls(message: discord.Message, me: int) -> bool:
    """By a mention of the bot, by a reply to it (also one that pings nobody), or by its role:
    people often pick the role, which bears the same name."""
    role = message.guild.self_role if message.guild else None
    return (
        any(user.id == me for user in message.mentions)
        or (role is not None and role in message.role_mentions)
        or _answered(message) == me
    )


def recipient(message: discord.Message, me: int, said: str, names: Iterable[str]) -> To:
    """`said` are its words as people read them, `names` those of our app there."""
    if calls(message, me):
        return "bot"
    if calls_us(said, names):
        return "name"
    return "others" if _to_others(message) else "anyone"


def our_names(client: discord.Client, guild: discord.Guild | None = None) -> tuple[str, ...]:
    """What our app is called, and in this server, as far as that is known."""
    known = (client.user, guild.me if guild else None)
    return tuple({name for user in known if user for name in (user.name, user.display_name)})


def _to_others(message: discord.Message) -> bool:
    """Whether a message that does not call us names somebody else, or replies to them."""
    named = [user.id for user in message.mentions] or message.raw_role_mentions
    replies_to = _answered(message)
    is_own = replies_to in (None, message.author.id)
    return bool(named) or message.mention_everyone or not is_own


def _answered(message: discord.Message) -> int | None:
    """Whose message it replies to; None where it is no reply, or Discord does not say."""
    found = message.reference.resolved if message.reference else None
    is_reply = message.type is discord.MessageType.reply
    return found.author.id if is_reply and isinstance(found, discord.Message) else None


def words(message: discord.Message, me: int, guild: discord.Guild | None = None) -> str:
    """Its own words, untrusted, without the mention of us. People, roles and channels stand in it
    by name. `guild` is for messages that were read over HTTP and do not know theirs."""
    guild = guild or message.guild
    role = guild.self_role if guild else None
    ours = [rf"<@!?{me}>", *([rf"<@&{role.id}>"] if role else [])]
    text = re.sub(rf"[ \t]*(?:{'|'.join(ours)})[ \t]*", " ", message.content).strip()
    for user in message.mentions:
        text = re.sub(rf"<@!?{user.id}>", lambda _, name=user.display_name: f"@{name}", text)
    return readable(text, guild)


def files(message: discord.Message) -> tuple[Attachment, ...]:
    forwarded = [file for snapshot in message.message_snapshots for file in snapshot.attachments]
    return tuple(file_of(file) for file in (*message.attachments, *forwarded))


def file_of(file: discord.Attachment) -> Attachment:
    """Its address is signed and expires after a day: it must be fetched when it is heard."""
    return Attachment(
        handle=file.url,
        name=file.filename,
        size=file.size,
        media_type=file.content_type or "application/octet-stream",
    )
