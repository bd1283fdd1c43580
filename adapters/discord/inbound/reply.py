"""What people are told where all can read it: Discord shows something to one person alone only
after an interaction. It happens seldom, so no slot is taken for it; the library waits by itself
where a bucket is empty."""

from __future__ import annotations

from collections.abc import Awaitable

import aiohttp
import discord
import structlog

from adapters.discord.inbound.info_reply import LIMIT, info_reply_message
from adapters.ports.inbound import InfoReply, Refused

log = structlog.get_logger(__name__)


async def below(message: discord.Message, receipt: Refused | InfoReply) -> None:
    """As a reply that wakes nobody."""
    info = info_reply_message(receipt)
    sending = message.channel.send(
        info.text,
        files=info.files,
        reference=message.to_reference(fail_if_not_exists=False),
        mention_author=False,
        suppress_embeds=True,
    )
    await _best(sending, message=message.id)


async def person(
    where: discord.abc.Messageable, who: discord.User | discord.Member, text: str
) -> None:
    """By name, and nobody else."""
    named = discord.AllowedMentions(users=[who], roles=False, everyone=False)
    await _best(where.send(f"{who.mention} {text}"[:LIMIT], allowed_mentions=named), person=who.id)


async def _best(sending: Awaitable[object], **about: int) -> None:
    try:
        await sending
    except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
        log.warning("discord.receipt_not_shown", error=str(error), **about)
