"""Messages of people: mentions, replies in our threads, direct messages, the message shortcut."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from adapters.inbound import Accepted, Mention, Reply
from adapters.slack.hear.letterbox import Letterbox
from adapters.slack.hear.shapes import MessageEvent, Shortcut
from adapters.slack.hear.tell import Listener
from adapters.slack.hear.words import attachments, is_said, mentioned, recipient, spoken
from adapters.slack.places import thread
from adapters.slack.teams.seat import Seat
from runtime.ids import Actor, Address

_ABSENT = "I am not in this conversation: invite me there with /invite, then ask again."
_TAKEN = "I have taken this message up already: what came of it stands in its thread."


@dataclass(frozen=True, slots=True)
class Messages:
    letterbox: Letterbox

    async def event(self, seat: Seat, event: MessageEvent) -> None:
        """An `app_mention` or a `message`, in any order, any number of times. Raises AetherError
        if Slack must send it again."""
        if not is_said(event.user, event.bot_id, event.subtype):
            return
        address = thread(seat.team, event.channel, event.root)
        is_named = seat.workspace.bot_user in mentioned(event.text)
        named = is_named or event.type == "app_mention"
        if named or event.is_direct:
            mention = await self._mention(seat, address, event)
            await self._call(seat, replace(mention, direct=not named))
        elif event.thread_ts and event.thread_ts != event.ts:
            await self._reply(seat, address, event)

    async def _call(self, seat: Seat, mention: Mention) -> None:
        receipt = await self.letterbox.said(seat, mention)
        if isinstance(receipt, Accepted):
            await self._opened(seat, mention)

    async def _opened(self, seat: Seat, mention: Mention) -> None:
        since = mention.read_to or mention.message_id
        for early in self.letterbox.threads.opened(mention.address, since):
            await self._reply(seat, mention.address, early)

    async def shortcut(self, seat: Seat, shortcut: Shortcut, event: MessageEvent) -> None:
        """Somebody asks us about a message: its words, asked by the one who points at it, in its
        own thread, where what was written until now is history. A message is taken up once. Slack
        offers it everywhere, but where we are not we could not answer."""
        if not await self.letterbox.channels.has_us(seat, event.channel):
            listener = Listener("", shortcut.user.id, trigger=shortcut.trigger_id)
            self.letterbox.refuse(seat, listener, _ABSENT)
            return
        address = thread(seat.team, event.channel, event.root)
        asked = await self._mention(seat, address, event, by=shortcut.user.id)
        asked = replace(asked, read_to=shortcut.action_ts if event.thread_ts else "")
        user, trigger = shortcut.user.id, shortcut.trigger_id
        listener = Listener(event.channel, user, address.thread, trigger)
        receipt = await self.letterbox.done(seat, asked, listener)
        if isinstance(receipt, Accepted):
            await self._opened(seat, asked)
            if receipt.known:
                self.letterbox.refuse(seat, listener, _TAKEN)

    async def _mention(
        self, seat: Seat, address: Address, event: MessageEvent, by: str = ""
    ) -> Mention:
        actor, text = await self._read(seat, event, by or event.user)
        files = attachments(event.files)
        return Mention(address, actor, event.ts, text, event.channel, files)

    async def _reply(self, seat: Seat, address: Address, event: MessageEvent) -> None:
        if not await self.letterbox.threads.takes(address, event):
            return
        our_name, (actor, text) = await asyncio.gather(
            self.letterbox.people.our_name(seat), self._read(seat, event, event.user)
        )
        to = recipient(event.text, seat.workspace.bot_user, text, our_name)
        files = attachments(event.files)
        reply = Reply(address, actor, event.ts, text, event.channel, files, to=to)
        await self.letterbox.said(seat, reply)

    async def _read(self, seat: Seat, event: MessageEvent, user: str) -> tuple[Actor, str]:
        people, bot = self.letterbox.people, seat.workspace.bot_user
        names, actor = await asyncio.gather(
            people.names(seat, event.text), people.actor(seat, user)
        )
        return actor, spoken(event.text, bot, names)
