"""Messages of people: mentions, replies in our threads, direct messages, the message shortcut."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from adapters.ports.inbound import Accepted, Deleted, Edited, Mention, Reply
from adapters.slack.inbound.intake import Intake
from adapters.slack.inbound.message_text import attachments, is_said, mentioned, recipient, spoken
from adapters.slack.inbound.payloads import ChangeEvent, MessageEvent, Shortcut
from adapters.slack.inbound.reply import Listener
from adapters.slack.installations.workspace_client import WorkspaceClient
from adapters.slack.thread_address import thread
from runtime.events import Part
from runtime.ids import Actor, Address

_ABSENT = "I am not in this conversation: invite me there with /invite, then ask again."
_BY_AN_APP = (
    "An app wrote this in your name, and I take no orders from apps: mention me in a message of"
    " your own."
)
_TAKEN = "I have taken this message up already: what came of it stands in its thread."


@dataclass(frozen=True, slots=True)
class Messages:
    intake: Intake

    async def event(self, client: WorkspaceClient, event: MessageEvent) -> None:
        """An `app_mention` or a `message`, in any order, any number of times. Raises AetherError
        if Slack must send it again."""
        if not is_said(event.user, event.bot_id, event.subtype):
            self._decline(client, event)
            return
        if event.edited is not None:  # an edit that adds a mention is sent as if it were new
            await self._edited(client, event, event.edited.ts)
            return
        address = thread(client.team, event.channel, event.root)
        named = _names_us(client, event)
        if named or event.is_direct:
            mention = await self._mention(client, address, event)
            await self._call(client, replace(mention, direct=not named))
        elif event.thread_ts and event.thread_ts != event.ts:
            await self._reply(client, address, event)

    def _decline(self, client: WorkspaceClient, event: MessageEvent) -> None:
        """A call that an app wrote in somebody's name: they are told why nothing comes of it."""
        place = client.workspace
        theirs = event.bot_id and not place.wrote(event.user, event.bot_id)
        if theirs and event.user and event.type == "app_mention":
            listener = Listener(event.channel, event.user, event.thread_ts)
            self.intake.refuse(client, listener, _BY_AN_APP)

    async def changed(self, client: WorkspaceClient, event: ChangeEvent) -> None:
        """A message says something else, or is gone. Previews and counts of replies are changes
        too, which nobody made. Raises AetherError if Slack must send it again."""
        before = event.before
        if not is_said(before.user, before.bot_id, before.subtype):
            return
        if event.is_deletion:
            await self._deleted(client, before)
        elif (after := event.after).edited is not None and after.text != before.text:
            await self._edited(client, after, after.edited.ts)

    async def _edited(self, client: WorkspaceClient, event: MessageEvent, revision: str) -> None:
        address = thread(client.team, event.channel, event.root)
        named = _names_us(client, event)
        if named or event.is_direct:
            mention = await self._mention(client, address, event)
            said: Mention | Reply = replace(mention, direct=not named)
        elif await self.intake.threads.ours(address):
            said = await self._replied(client, address, event)
        else:
            return
        receipt = await self.intake.said(client, Edited(said, revision))
        if named and isinstance(receipt, Accepted):
            self.intake.threads.opened(address, event.ts)

    async def _deleted(self, client: WorkspaceClient, event: MessageEvent) -> None:
        address = thread(client.team, event.channel, event.root)
        if await self.intake.threads.ours(address):
            gone = Deleted(address, Actor(id=event.user), event.ts, event.channel)
            await self.intake.quiet(client, gone)

    async def _call(self, client: WorkspaceClient, mention: Mention) -> None:
        receipt = await self.intake.said(client, mention)
        if isinstance(receipt, Accepted):
            await self._opened(client, mention)

    async def _opened(self, client: WorkspaceClient, mention: Mention) -> None:
        since = mention.read_to or mention.message_id
        for early in self.intake.threads.opened(mention.address, since):
            await self._reply(client, mention.address, early)

    async def shortcut(
        self, client: WorkspaceClient, shortcut: Shortcut, event: MessageEvent
    ) -> None:
        """Somebody asks us about a message: its words, asked by the one who points at it, in its
        own thread, where what was written until now is history. A message is taken up once. Slack
        offers it everywhere, but where we are not we could not answer."""
        if not await self.intake.channels.has_us(client, event.channel):
            listener = Listener("", shortcut.user.id, trigger=shortcut.trigger_id)
            self.intake.refuse(client, listener, _ABSENT)
            return
        address = thread(client.team, event.channel, event.root)
        asked = await self._mention(client, address, event, by=shortcut.user.id)
        asked = replace(asked, read_to=shortcut.action_ts if event.thread_ts else "")
        user, trigger = shortcut.user.id, shortcut.trigger_id
        listener = Listener(event.channel, user, address.thread, trigger)
        receipt = await self.intake.done(client, asked, listener)
        if isinstance(receipt, Accepted):
            await self._opened(client, asked)
            if receipt.known:
                self.intake.refuse(client, listener, _TAKEN)

    async def _mention(
        self, client: WorkspaceClient, address: Address, event: MessageEvent, by: str = ""
    ) -> Mention:
        actor, text = await self._read(client, event, by or event.user)
        files, found = attachments(event.files), event.parts
        if by and not is_said(event.user, event.bot_id, event.subtype):
            author = event.username or "an app"
            own = (Part(kind="card", author=author, text=text),) if text else ()
            text, found = "", (*own, *found)
        return Mention(address, actor, event.ts, text, event.channel, files, parts=found)

    async def _reply(self, client: WorkspaceClient, address: Address, event: MessageEvent) -> None:
        if await self.intake.threads.takes(address, event):
            await self.intake.said(client, await self._replied(client, address, event))

    async def _replied(
        self, client: WorkspaceClient, address: Address, event: MessageEvent
    ) -> Reply:
        our_name, (actor, text) = await asyncio.gather(
            self.intake.people.our_name(client), self._read(client, event, event.user)
        )
        to = recipient(event.text, client.workspace.bot_user, text, our_name)
        files = attachments(event.files)
        return Reply(address, actor, event.ts, text, event.channel, files, to=to, parts=event.parts)

    async def _read(
        self, client: WorkspaceClient, event: MessageEvent, user: str
    ) -> tuple[Actor, str]:
        people, bot = self.intake.people, client.workspace.bot_user
        names, actor = await asyncio.gather(
            people.names(client, event.text), people.actor(client, user)
        )
        return actor, spoken(event.text, bot, names)


def _names_us(client: WorkspaceClient, event: MessageEvent) -> bool:
    return event.type == "app_mention" or client.workspace.bot_user in mentioned(event.text)
