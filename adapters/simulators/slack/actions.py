"""What people do with messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from adapters.simulators.slack.file import File
from adapters.simulators.slack.message import Message, tombstone
from adapters.simulators.slack.messages import (
    announce_added_mention,
    announce_change,
    announce_deletion,
    announce_message,
)
from adapters.simulators.slack.people import User
from adapters.simulators.slack.reacting import react, unreact
from adapters.simulators.slack.reading import Reading
from adapters.simulators.slack.sharing import shared_in
from adapters.simulators.slack.stream import End
from adapters.simulators.slack.text import mentioned, rich_text
from adapters.simulators.slack.wire import Json
from adapters.simulators.slack.workspace import Workspace


@dataclass(slots=True)
class Acts(Reading):
    """Each returns when Slack has it; events reach the app in the background."""

    async def say(
        self,
        user: str,
        channel: str,
        text: str,
        thread_ts: str | None = None,
        files: Sequence[tuple[str, bytes]] = (),
    ) -> Message:
        """`@handle` becomes a mention; files are (name, bytes)."""
        person, place = self.person(user), self.channel(channel, user)
        if place.archived:
            raise ValueError(f"{place.name} is archived: nobody can write there")
        words, ts = mentioned(self.team, text), self.team.stamps.next()
        message = Message(
            channel=place.id,
            ts=ts,
            user=person.id,
            text=words,
            at=self.service.clock.now(),
            thread_ts=thread_ts,
            blocks=rich_text(words, f"said-{ts}"),
            files=tuple(self._keep(person, name, data) for name, data in files),
            subtype="file_share" if files else None,
            client_msg_id=f"client-{ts}",
        )
        place.put(message)
        shared_in(self.team, place, message)
        announce_message(self.service, self.team, message)
        return message

    def _keep(self, person: User, name: str, data: bytes) -> str:
        id_ = f"F{self.team.id[1:4]}{len(self.team.files):06d}"
        created = int(self.service.clock.now().timestamp())
        self.team.files[id_] = File(
            id_, name, person.id, created, len(data), title=name, data=data, done=True
        )
        return id_

    async def edit(self, user: str, channel: str, ts: str, text: str) -> None:
        """A person changes what they said. A mention that is added so calls the bot."""
        place, words = self.channel(channel, user), mentioned(self.team, text)
        message = place.messages[ts]
        stamp = self.team.stamps.next()
        blocks = rich_text(words, f"said-{stamp}")
        edited = replace(message, text=words, blocks=blocks, edited_at=stamp)
        edited = place.rewrite(ts, edited)
        announce_change(self.service, self.team, edited, message)
        announce_added_mention(self.service, self.team, edited, message)

    async def delete(self, channel: str, ts: str) -> None:
        """One message goes, whoever wrote it. The root of a thread with replies leaves a mark of
        Slack's own in its place."""
        place = self.team.place(channel)
        message = place.messages[ts]
        if place.replies(ts):
            announce_change(self.service, self.team, place.rewrite(ts, tombstone(message)), message)
            return
        del place.messages[ts]
        announce_deletion(self.service, self.team, message)

    async def delete_thread(self, channel: str, ts: str) -> None:
        for message in reversed(self.team.place(channel).thread(ts)):
            await self.delete(channel, message.ts)

    async def react(self, user: str, channel: str, ts: str, name: str) -> bool:
        """False if the person had reacted so already."""
        message = self.channel(channel, user).messages[ts]
        return react(self.service, self.team, message, self.person(user).id, name)

    async def unreact(self, user: str, channel: str, ts: str, name: str) -> bool:
        message = self.channel(channel, user).messages[ts]
        return unreact(self.service, self.team, message, self.person(user).id, name)

    async def press_stop(self, user: str, channel: str, thread_ts: str) -> None:
        """Slack's own Stop: open streams of the thread end, and the app hears of it. The state of
        the session stays until the app changes it."""
        place, stopped = self.channel(channel, user), list[str]()
        for message in place.thread(thread_ts):
            stream = message.stream
            if stream is not None and stream.is_open:
                place.put(replace(message, stream=replace(stream, end=End.BY_USER)))
                stopped.append(message.ts)
        if "agent_session_stopped" in self.service.registration.events:
            about = {"channel": place.id, "user": self.person(user).id, "thread_ts": thread_ts}
            self._tell("agent_session_stopped", {**about, "streaming_message_ts": stopped})
        self.service.changes.note()

    async def rename_session(self, user: str, channel: str, thread_ts: str, title: str) -> None:
        place = self.channel(channel, user)
        old = self.session(place.id, thread_ts)
        self.team.sessions[place.id, thread_ts] = replace(old, title=title)
        about = {"channel": place.id, "user": self.person(user).id, "thread_ts": thread_ts}
        titles = {"title": title, "previous_title": old.title, "team_id": self.team.id}
        self._tell("agent_session_title_changed", {**about, **titles})

    async def open_home(self, user: str, tab: str = "home") -> None:
        """`tab` is "home" or "messages"."""
        place = self.channel("dm", user)
        about: Json = {"user": self.person(user).id, "channel": place.id, "tab": tab}
        if tab == "home" and (view := self.home(user)) is not None:
            bot = self.team.bot.bot_id or ""
            about |= {"view": view.json(self.service.registration.app_id, bot)}
        self._tell("app_home_opened", about)

    async def invite(self, channel: str) -> None:
        """The bot becomes a member."""
        place = self.team.place(channel)
        place.members.add(self.team.bot.id)
        about = {"user": self.team.bot.id, "channel": place.id, "channel_type": place.id[0]}
        self._tell("member_joined_channel", {**about, "team": self.team.id})

    def _tell(self, kind: str, about: Json) -> None:
        if kind in self.service.registration.events:
            stamp = self.team.stamps.next()
            self.service.emit(self.team, {"type": kind, **about, "event_ts": stamp})
        self.service.changes.note()

    def visit(self, team: Workspace) -> None:
        """What follows is done and read in that workspace."""
        self.team = team
