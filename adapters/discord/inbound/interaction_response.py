"""The answer to an interaction, within the three seconds that Discord waits for the first one
("Receiving and Responding to Interactions")."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine
from typing import Any

import aiohttp
import discord
import structlog

from adapters.discord.inbound import reply
from adapters.discord.inbound.info_reply import InfoReplyMessage, info_reply_message
from adapters.discord.inbound.modals import modal
from adapters.ports.inbound import InfoReply, Receipt, Refused
from runtime.ports import Clock

log = structlog.get_logger(__name__)

PATIENCE = 1.5  # seconds; as long again is left for Discord to hear of it
_ANSWERED = 40060
_EXPIRED = (10062, 10015, 50027)
"""Unknown interaction; unknown webhook and invalid webhook token, after fifteen minutes."""


class InteractionResponse:
    """Of one interaction, and only one task may give it. `done` is what a person is told whose
    command was taken; whoever presses a button sees the thread change instead."""

    def __init__(self, interaction: discord.Interaction, clock: Clock, done: str = "") -> None:
        self._interaction, self._clock, self._done = interaction, clock, done
        self._deferred = self._expired = False

    async def give(self, work: Coroutine[Any, Any, Receipt | InfoReplyMessage]) -> None:
        """An interaction that expired meanwhile still counts."""
        working = asyncio.ensure_future(work)
        timer = asyncio.ensure_future(self._clock.sleep(PATIENCE))
        try:
            await asyncio.wait((working, timer), return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                await self._defer()
            receipt = await working
        finally:
            timer.cancel()
            working.cancel()
        await self._show(receipt)

    async def _defer(self) -> None:
        # On a component or a modal it means: nothing to see. On a command: "thinking", for this
        # person alone.
        self._deferred = await self._sent(self._interaction.response.defer(ephemeral=True))

    async def _show(self, receipt: Receipt | InfoReplyMessage) -> None:
        if isinstance(receipt, InfoReplyMessage):
            await self._tell(receipt)
        elif isinstance(receipt, InfoReply):
            if not await self._opened(receipt):
                await self._tell(info_reply_message(receipt))
        elif isinstance(receipt, Refused):
            await self._tell(info_reply_message(receipt))
            if self._expired:
                await self._call(receipt.text)
        elif self._done:
            await self._tell(InfoReplyMessage(self._done))
        elif not self._deferred and not self._expired:
            await (self._retire() if self._is_private() else self._defer())

    def _is_private(self) -> bool:
        message = self._interaction.message
        return message is not None and message.flags.ephemeral

    async def _retire(self) -> None:
        """What only they saw has been answered: it asks no more."""
        response = self._interaction.response
        await self._sent(response.edit_message(content="Done: the thread shows it.", view=None))

    async def _opened(self, info: InfoReply) -> bool:
        """Whether it is shown as a modal: that holds twice the text of a message and leaves nothing
        in the thread, but must be the first answer. Only to a button: what is submitted after a
        command could not be answered without a message."""
        asked, shown = self._interaction, modal(info)
        from_button = asked.type is discord.InteractionType.component
        if shown is None or not from_button or self._deferred or self._expired:
            return False
        return await self._sent(asked.response.send_modal(shown))

    async def _tell(self, info: InfoReplyMessage) -> None:
        if self._expired:
            return
        asked = self._interaction
        view = info.view or discord.utils.MISSING
        if not self._deferred:
            telling = asked.response.send_message(
                info.text, files=info.files, ephemeral=True, suppress_embeds=True, view=view
            )
        elif asked.type is discord.InteractionType.application_command:
            telling = asked.edit_original_response(content=info.text, attachments=info.files)
        else:
            telling = asked.followup.send(
                info.text, files=info.files, ephemeral=True, suppress_embeds=True, view=view
            )
        await self._sent(telling)

    async def _call(self, text: str) -> None:
        channel = self._interaction.channel
        if isinstance(channel, discord.abc.Messageable):
            await reply.person(channel, self._interaction.user, text)

    async def _sent(self, sending: Awaitable[object]) -> bool:
        """Whether Discord took it."""
        try:
            await sending
        except discord.HTTPException as error:
            if error.code in _EXPIRED:
                self._expired = True
            elif error.code == _ANSWERED:
                return True
            log.info("discord.answer_refused", code=error.code, interaction=self._interaction.id)
            return False
        except (aiohttp.ClientError, OSError) as error:
            log.warning("discord.answer_lost", error=str(error))
            return False
        return True
