"""Slash commands and the entry in the menu of a message."""

from __future__ import annotations

import discord

from adapters.commands import Order, Spec, code
from adapters.discord.inbound.event_dispatcher import NOT_RECORDED, EventDispatcher
from adapters.discord.inbound.interaction_response import InteractionResponse
from adapters.discord.inbound.message_text import files, words
from adapters.discord.inbound.parts import parts
from adapters.discord.inbound.people import actor_of
from adapters.discord.inbound.thread_address import address_in, is_conversation
from adapters.open_threads import OpenThread
from adapters.ports.inbound import Accepted, Command, Mention, Receipt, Refused
from adapters.target import target
from runtime.events import Part

_NOWHERE = Refused("Use this in a channel, in a thread of mine, or in a direct message.")
_NO_CODE = Refused("A task is named by its six letters and digits, such as #1a2b3c.")
_NOT_OURS = Refused("There is no task of mine here.")
_TAKEN = Refused("I have taken this message up already: what came of it stands in its thread.")
_NO_THREAD = Refused("Discord makes no thread from this message.")


class SlashCommands:
    def __init__(self, dispatcher: EventDispatcher) -> None:
        self._dispatcher = dispatcher

    async def command(
        self, interaction: discord.Interaction, spec: Spec, argument: str, task: str
    ) -> None:
        """About the task that is named, else the thread that it is used in; in a channel, about the
        one there that it fits."""
        order = Order(spec, argument, code(task))
        work = self._command(interaction, order, is_named=bool(task))
        await self._answer(interaction, spec.done).give(work)

    async def _command(
        self, interaction: discord.Interaction, order: Order, *, is_named: bool
    ) -> Receipt:
        channel, actor = interaction.channel, actor_of(interaction.user)
        if channel is None:
            return _NOWHERE
        if is_named and not order.code:
            return _NO_CODE
        address, context = address_in(channel, 0), self._dispatcher.context
        if order.spec.of_place:
            asked = Command(address, actor, str(interaction.id), order.spec.word)
            return await self._dispatcher.record(asked) or Refused(NOT_RECORDED)
        is_ours = is_conversation(channel) and await self._dispatcher.threads.ours(address)
        if not is_ours and not order.code and isinstance(channel, discord.Thread):
            return _NOT_OURS
        if order.code or not is_ours:
            found = await target(context.sessions, context.clock.now(), address, order, actor, "/")
            if not isinstance(found, OpenThread):
                return found
            address = found.address
        said = Command(address, actor, str(interaction.id), order.spec.word, order.rest)
        return await self._dispatcher.record(said) or Refused(NOT_RECORDED)

    async def take_up(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """The message becomes the beginning of a thread, as if it had mentioned us."""
        done = "I take it up in the thread of this message."
        await self._answer(interaction, done).give(self._take_up(interaction, message))

    async def _take_up(self, interaction: discord.Interaction, message: discord.Message) -> Receipt:
        channel, me = interaction.channel, interaction.client.user
        if channel is None or me is None or message.is_system():
            return _NO_THREAD
        has_past = is_conversation(channel) or message.flags.has_thread
        text, found = words(message, me.id), parts(message, me.id)
        if message.author.bot or message.webhook_id:
            author = message.author.display_name
            own = (Part(kind="card", author=author, text=text),) if text else ()
            text, found = "", (*own, *found)
        return await self._mention(
            Mention(
                address=address_in(channel, message.id),
                actor=actor_of(interaction.user),
                message_id=str(message.id),
                text=text,
                channel=str(channel.id),
                files=files(message),
                read_to=str(interaction.id) if has_past else "",
                parts=found,
            )
        )

    async def _mention(self, mention: Mention) -> Receipt:
        receipt = await self._dispatcher.record(mention)
        if receipt is None:
            return Refused(NOT_RECORDED)
        self._dispatcher.threads.begun(mention.address)
        return _TAKEN if isinstance(receipt, Accepted) and receipt.known else receipt

    def _answer(self, interaction: discord.Interaction, done: str) -> InteractionResponse:
        return InteractionResponse(interaction, self._dispatcher.context.clock, done)
