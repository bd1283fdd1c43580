"""What people wrote in a thread while nobody listened."""

from __future__ import annotations

from adapters.inbound import Reply
from adapters.slack.hear.people import People
from adapters.slack.hear.words import attachments, mentioned, spoken
from adapters.slack.show.api import Api
from adapters.slack.show.thread import Message, Thread
from adapters.slack.teams.seat import Seat
from runtime.ids import Address
from runtime.ports import Clock

_SAID = frozenset({"", "file_share", "me_message", "thread_broadcast"})
"""Subtypes in which a person says something; the others are notices of Slack's own."""


_NAMED = 5  # people in one message whose names are asked for


class Past:
    def __init__(self, api: Api, clock: Clock) -> None:
        self._api = api
        self._people = People(clock)

    async def replies(self, address: Address, after: str) -> tuple[Reply, ...]:
        """After that message, oldest first. Raises SurfaceFault."""
        thread = Thread(self._api, address.channel, address.thread)
        said = [m async for m in thread.messages(after) if self._is_said(m)]
        return tuple([await self._reply(address, message) for message in said])

    def _is_said(self, message: Message) -> bool:
        ours = self._api.workspace.wrote(message.user, message.bot_id, message.app_id)
        is_person = bool(message.user) and not message.bot_id
        return is_person and not ours and message.subtype in _SAID

    async def _reply(self, address: Address, message: Message) -> Reply:
        seat = Seat(self._api.web, self._api.workspace)
        others = [who for who in mentioned(message.text) if who != seat.workspace.bot_user]
        names = {who: (await self._people.person(seat, who)).name for who in others[:_NAMED]}
        return Reply(
            address=address,
            actor=await self._people.actor(seat, message.user),
            message_id=message.ts,
            text=spoken(message.text, self._api.workspace.bot_user, names),
            channel=address.channel,
            files=attachments(message.files),
        )
