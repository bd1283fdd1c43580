"""What people wrote in a thread while nobody listened."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from adapters.ports.errors import SurfaceFault
from adapters.ports.inbound import Reply
from adapters.slack.inbound.admission import Admission
from adapters.slack.inbound.lookup_cache import LookupCache
from adapters.slack.inbound.message_text import attachments, is_said, recipient, spoken
from adapters.slack.inbound.parts import PARTS_OF, parts
from adapters.slack.inbound.people import People
from adapters.slack.installations.workspace_client import WorkspaceClient
from adapters.slack.outbound.api import Api
from adapters.slack.outbound.thread import Message, Thread
from runtime.ids import Actor, Address
from runtime.ports import Clock

_NEWEST = 30  # messages of a channel that are read
_QUICK = 1.0  # seconds for the names of all: whoever called the agent waits


class ThreadHistory:
    """With a mark at the words of those who may not use the agent: a member may ask about them."""

    def __init__(self, api: Api, clock: Clock, *, allow_guests: bool) -> None:
        self._api, self._client = api, WorkspaceClient(api.web, api.workspace)
        self._people = People(LookupCache(clock))
        self._admission = Admission(self._people, allow_guests)

    async def replies(self, address: Address, after: str) -> tuple[Reply, ...]:
        """After that message, oldest first; all of it is history, which does not wait for names.
        Without a thread it is the newest of the channel itself. Raises SurfaceFault."""
        thread = Thread(self._api, address.channel, address.thread)
        if address.thread:
            every = [message async for message in thread.messages(after)]
        else:
            every = await thread.newest(_NEWEST)
        said = [message for message in every if self._is_of_others(message)]
        read = self._reply if after else self._quoted
        return tuple(await asyncio.gather(*(read(address, message) for message in said)))

    def _is_of_others(self, message: Message) -> bool:
        """People, and other apps: but not Slack itself."""
        is_ours = self._api.workspace.wrote(message.user, message.bot_id, message.app_id)
        return not is_ours and (self._is_of_people(message) or _is_of_an_app(message))

    def _is_of_people(self, message: Message) -> bool:
        return is_said(message.user, message.bot_id, message.subtype)

    async def _quoted(self, address: Address, message: Message) -> Reply:
        """Whom Slack does not tell of at once goes by their id, and for somebody who may not use
        the agent: their words are read, and not obeyed."""
        try:
            async with asyncio.timeout(_QUICK):
                return await self._reply(address, message)
        except (SurfaceFault, TimeoutError):
            return self._said(address, message, Actor(id=message.user), {}, "", admitted=False)

    async def _reply(self, address: Address, message: Message) -> Reply:
        if not self._is_of_people(message):
            names = await self._people.names(self._client, message.text)
            actor = Actor(id=message.user or message.bot_id or "app", name=message.app_name)
            return self._said(address, message, actor, names, "", admitted=False)
        admitted, names, our_name, actor = await asyncio.gather(
            self._admission.admits(self._client, message.user),
            self._people.names(self._client, message.text),
            self._people.our_name(self._client),
            self._people.actor(self._client, message.user),
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
            parts=parts(message.model_dump(include=PARTS_OF)),
            app=not self._is_of_people(message),
        )


def _is_of_an_app(message: Message) -> bool:
    is_app = bool(message.bot_id) or message.subtype == "bot_message"
    return is_app and message.subtype in ("", "bot_message", "file_share", "thread_broadcast")
