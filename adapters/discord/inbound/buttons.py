"""Buttons, choices and modals. They are read from the interaction itself, not through discord.py's
views: a process that never saw the message understands them as well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import discord

from adapters.discord.button_ids import READ, asked_about, decode
from adapters.discord.inbound.event_dispatcher import NOT_RECORDED, EventDispatcher
from adapters.discord.inbound.info_reply import InfoReplyMessage, question
from adapters.discord.inbound.interaction_response import InteractionResponse
from adapters.discord.inbound.people import actor_of
from adapters.discord.inbound.thread_address import address_in, is_conversation
from adapters.ports.button import ButtonToken
from adapters.ports.inbound import Accepted, Press, Receipt, Refused
from runtime.ids import Address, session_id

STALE = "This button is of another version, or of something that is not here."
_NEWEST = 1_000  # sessions that are looked through for one that has no thread


class ButtonListener:
    def __init__(self, dispatcher: EventDispatcher) -> None:
        self._dispatcher = dispatcher

    def heard(self, interaction: discord.Interaction) -> None:
        answer = InteractionResponse(interaction, self._dispatcher.context.clock)
        if interaction.type is discord.InteractionType.component:
            self._dispatcher.begin(lambda: answer.give(self._take(interaction)))
        elif interaction.type is discord.InteractionType.modal_submit:
            self._dispatcher.begin(lambda: answer.give(_closed(interaction)))

    async def _take(self, interaction: discord.Interaction) -> Receipt | InfoReplyMessage:
        custom_id, values = _pressed(interaction)
        if (unsure := asked_about(custom_id, values)) is not None:
            return question(unsure)
        token = decode(custom_id, values)
        address = await self._address(interaction, token) if token else None
        if token is None or address is None:
            return Refused(STALE)
        press = Press(address, actor_of(interaction.user), str(interaction.id), token)
        return await self._dispatcher.record(press) or Refused(NOT_RECORDED)

    async def _address(
        self, interaction: discord.Interaction, token: ButtonToken
    ) -> Address | None:
        channel = interaction.channel
        if channel is None:
            return None
        here = address_in(channel, 0)
        if is_conversation(channel):
            return here
        # Where no thread can be made the messages stand in the channel. Tokens begin with the
        # session; nobody may name one of another channel.
        rows = await self._dispatcher.context.sessions.list(_NEWEST)
        nearby = (r.address for r in rows if r.address.model_copy(update={"thread": "0"}) == here)
        return next((a for a in nearby if token.id.startswith(f"{session_id(a)}.")), None)


async def _closed(interaction: discord.Interaction) -> Receipt:
    """Somebody has read a modal, and submitted it: there is nothing in it to record."""
    data = cast("Mapping[str, object]", interaction.data or {})
    return Accepted() if data.get("custom_id") == READ else Refused(STALE)


def _pressed(interaction: discord.Interaction) -> tuple[str, list[str]]:
    """The id of the component, and what was chosen in it."""
    data = cast("Mapping[str, object]", interaction.data or {})
    values = data.get("values")
    chosen = cast("list[object]", values) if isinstance(values, list) else []
    return str(data.get("custom_id", "")), [str(value) for value in chosen]
