"""Messages: those that call us, and those in threads of ours."""

from __future__ import annotations

import aiohttp
import discord
import structlog

from adapters.discord.hear.hearing import Hearing
from adapters.discord.hear.papers import paper
from adapters.discord.hear.people import actor_of
from adapters.discord.hear.places import address_of
from adapters.discord.hear.words import calls, files, words
from adapters.inbound import Mention, Refused, Reply, Sheet

log = structlog.get_logger(__name__)

_BY_PEOPLE = (discord.MessageType.default, discord.MessageType.reply)
NO_CONTENT = (
    "I cannot read messages here that do not mention me: the message content intent of this app is"
    " switched off. Mention me in every message."
)


class MessageEar:
    def __init__(self, client: discord.Client, hearing: Hearing) -> None:
        self._client, self._hearing = client, hearing

    def heard(self, message: discord.Message) -> None:
        """Called in the order of the gateway."""
        if message.author.bot or message.webhook_id or message.type not in _BY_PEOPLE:
            return
        me = self._client.user
        direct = isinstance(message.channel, discord.DMChannel)
        called = direct or (me is not None and calls(message, me.id))
        conversation = isinstance(
            message.channel, discord.Thread | discord.DMChannel | discord.PartialMessageable
        )
        if called or conversation:
            lane = message.channel.id if conversation else message.id
            self._hearing.begin(lambda: self._take(message, lane, called=called))

    async def _take(self, message: discord.Message, lane: int, *, called: bool) -> None:
        async with self._hearing.lane(lane):
            address = await address_of(self._client, message)
            if not called and not await self._hearing.threads.ours(address):
                return
            me = self._client.user
            text, kept = words(message, me.id if me else 0), files(message)
            if not called and not text and not kept and not self._client.intents.message_content:
                if self._hearing.threads.first_request(address):
                    await _tell(message, Refused(NO_CONTENT))
                return
            said = (Mention if called else Reply)(
                address=address,
                actor=actor_of(message.author),
                message_id=str(message.id),
                text=text,
                channel=str(message.channel.id),
                files=kept,
            )
            receipt = await self._hearing.record(said)
            if isinstance(receipt, Refused | Sheet):
                await _tell(message, receipt)
            elif receipt is not None:
                self._hearing.threads.begun(address)


async def _tell(message: discord.Message, receipt: Refused | Sheet) -> None:
    """Discord shows nothing to one person alone but after an interaction, so it is a reply."""
    sheet = paper(receipt)
    try:
        await message.channel.send(
            sheet.text,
            files=sheet.files,
            reference=message.to_reference(fail_if_not_exists=False),
            mention_author=False,
            suppress_embeds=True,
        )
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        log.warning("discord.receipt_not_shown", message=message.id, error=str(error))
