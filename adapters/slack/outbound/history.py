"""What people wrote in a thread while nobody listened."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from adapters.ports.errors import SurfaceFault
from adapters.ports.inbound import Reply
from adapters.slack.inbound.admission import Admission
from adapters.slack.inbound.lookup_cache import LookupCache
from adapters.slack.inbound.message_text import attachments, is_said, recipient, spoken
from adapters.slack.inbound.people import People
from adapters.slack.installations.workspace_client import WorkspaceClient
from adapters.slack.outbound.api import Api
from adapters.slack.outbound.thread import Message, Thread
from runtime.ids import Actor, Address
from runtime.ports import Clock

_QUICK = 1.0  # seconds for the names of all: whoever called the agent waits


class ThreadHistory:
    """With a mark at the words of those who may not use the agent: a member may ask about them."""

    def __init__(self, api: Api, clock: Clock, *, outsiders: bool) -> None:
        self._api, self._seat = api, WorkspaceClient(api.web, api.workspace)
        self._people = People(LookupCache(clock))
        self._admission = Admission(self._people, outsiders)

    async def replies(self, address: Address, after: str) -> tuple[Reply, ...]:
        """After that message, oldest first; all of it is history, which does not wait for names.
        Raises SurfaceFault."""
        thread = Thread(self._api, address.channel, address.thread)
        said = [m async for m in thread.messages(after) if self._is_of_people(m)]
        read = self._reply if after else self._quoted
        return tuple(await asyncio.gather(*(read(address, message) for message in said)))

    def _is_of_people(self, message: Message) -> bool:
        is_ours = self._api.workspace.wrote(message.user, message.bot_id, message.app_id)
        return not is_ours and is_said(message.user, message.bot_id, message.subtype)

    async def _quoted(self, address: Address, message: Message) -> Reply:
        """Whom Slack does not tell of at once goes by their id, and for somebody who may not use
        the agent: their words are read, and not obeyed."""
        try:
            async with asyncio.timeout(_QUICK):
                return await self._reply(address, message)
        except (SurfaceFault, TimeoutError):
            return self._said(address, message, Actor(id=message.user), {}, "", admitted=False)

    async def _reply(self, address: Address, message: Message) -> Reply:
        admitted, names, our_name, actor = await asyncio.gather(
            self._admission.admits(self._seat, message.user),
            self._people.names(self._seat, message.text),
            self._people.our_name(self._seat),
            self._people.actor(self._seat, message.user),
        )
        return self._said(address, message, actor, names, our_name, admitted=admitted)

    def _said(
        self,
        address: Address,
        message: Message,
        actor: Actor,
        names: Mapping[str, str],
        our_name: str,
        *,
        admitted: bool,
    ) -> Reply:
        bot_user = self._api.workspace.bot_user
        text = spoken(message.text, bot_user, names)
        return Reply(
            address=address,
            actor=actor,
            message_id=message.ts,
            text=text,
            channel=address.channel,
            files=attachments(message.files),
            admitted=admitted,
            to=recipient(message.text, bot_user, text, our_name),
            direct=address.channel.startswith("D"),
        )
