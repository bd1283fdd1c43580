"""`/ask`: a task from a command. Its text is shown to all, and that message begins the thread."""

from __future__ import annotations

import aiohttp
import discord
import structlog

from adapters.discord.inbound.event_dispatcher import NOT_RECORDED, EventDispatcher
from adapters.discord.inbound.info_reply import LIMIT, info_reply_message
from adapters.discord.inbound.message_text import file_of
from adapters.discord.inbound.people import actor_of
from adapters.discord.inbound.thread_address import address_in
from adapters.ports.inbound import Accepted, Mention, Receipt, Refused

log = structlog.get_logger(__name__)


class AskCommand:
    def __init__(self, dispatcher: EventDispatcher) -> None:
        self._dispatcher = dispatcher

    async def ask(
        self, interaction: discord.Interaction, text: str, file: discord.Attachment | None
    ) -> None:
        """Discord has no message of a command but the answer to it, so that comes first; if the
        task is not taken, it goes again."""
        try:
            posted = await interaction.response.send_message(
                _shown(interaction.user, text), suppress_embeds=True
            )
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            log.warning("discord.ask_lost", interaction=interaction.id, error=str(error))
            return
        number, channel = posted.message_id, interaction.channel
        if number is None or channel is None:
            return
        mention = Mention(
            address=address_in(channel, number),
            actor=actor_of(interaction.user),
            message_id=str(number),
            text=text,
            channel=str(channel.id),
            files=(file_of(file),) if file else (),
        )
        receipt = await self._dispatcher.record(mention) or Refused(NOT_RECORDED)
        if isinstance(receipt, Accepted):
            self._dispatcher.threads.begun(mention.address)
        else:
            await _take_back(interaction, receipt)


async def _take_back(interaction: discord.Interaction, receipt: Receipt) -> None:
    assert not isinstance(receipt, Accepted)
    info = info_reply_message(receipt)
    try:
        await interaction.delete_original_response()
        await interaction.followup.send(info.text, files=info.files, ephemeral=True)
    except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
        log.warning("discord.receipt_not_shown", interaction=interaction.id, error=str(error))


def _shown(user: discord.User | discord.Member, text: str) -> str:
    shown = f"{user.mention} asks:\n>>> {text}"
    return shown if len(shown) <= LIMIT else f"{shown[: LIMIT - 1]}…"
