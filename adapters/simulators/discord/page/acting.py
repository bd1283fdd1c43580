"""What the page asks for, done in the name of who sits there."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from pydantic import JsonValue

from adapters.simulators.discord.call import Sent
from adapters.simulators.discord.channel import Channel
from adapters.simulators.discord.commanding import Option, offered
from adapters.simulators.discord.controls import Impossible
from adapters.simulators.discord.filling import Filled
from adapters.simulators.discord.message import Message
from adapters.simulators.discord.payload import Json
from adapters.simulators.discord.permissions import sees
from adapters.simulators.discord.render.viewer import Viewer
from adapters.simulators.discord.rules.commands import SLASH
from adapters.simulators.discord.rules.options import INTEGER
from adapters.simulators.discord.simulator import DiscordSimulator

_PAIR = re.compile(r"(\w+):(\S+)")
MOST = 2_000


class Actor:
    """One person at the page. `files` were uploaded and wait for their message."""

    def __init__(self, sim: DiscordSimulator, seat: Viewer) -> None:
        self.sim = sim
        self.seat = seat
        self.files: dict[str, Sent] = {}

    def act(self, frame: Json) -> None:
        """Raises Impossible, with a sentence for that person."""
        act = ACTS.get(str(frame.get("act")))
        if act is None:
            raise Impossible(f"there is no act {str(frame.get('act'))[:32]!r}")
        act(self, frame)

    def be(self, frame: Json) -> None:
        user = self.sim.world.users.get(_number(frame, "user"))
        if user is None or user.bot:
            raise Impossible("nobody of that name is here")
        here = self.seat.channel if sees(self.seat.channel, user) else self.sim.channel("general")
        self.seat = replace(self.seat, user=user, channel=here, aside=None)

    def go(self, frame: Json) -> None:
        """To a channel; a thread opens beside its channel."""
        channel = self._channel(frame)
        if channel.thread and channel.parent:
            self.seat = replace(self.seat, channel=channel.parent, aside=channel)
        else:
            self.seat = replace(self.seat, channel=channel, aside=None)

    def direct(self, frame: Json) -> None:
        self.seat = replace(self.seat, channel=self.sim.direct(self.seat.user), aside=None)

    def back(self, frame: Json) -> None:
        self.seat = replace(self.seat, aside=None)

    def say(self, frame: Json) -> None:
        channel, text = self._channel(frame), str(frame.get("text", ""))[:MOST]
        names = frame.get("files")
        files = [self.files.pop(str(n)) for n in names if str(n) in self.files] if isinstance(
            names, list) else []  # fmt: skip
        if text.startswith("/"):
            return self._command(channel, text[1:], files)
        reply = channel.messages.get(_number(frame, "reply"))
        if text.strip() or files:
            self.sim.say(self.seat.user, channel, self._named(text), files, reply)
        return None

    def type(self, frame: Json) -> None:
        self.sim.type(self.seat.user, self._channel(frame))

    def click(self, frame: Json) -> None:
        values = frame.get("values")
        chosen = [str(value) for value in values] if isinstance(values, list) else []
        message = self._message(frame)
        self.sim.click(self.seat.user, message, str(frame.get("control")), chosen)

    def submit(self, frame: Json) -> None:
        modal = self.sim.world.interactions.get(_number(frame, "modal"))
        given = frame.get("values")
        if modal is None or not isinstance(given, dict):
            raise Impossible("this form is not open any more")
        values = {name: self._filled(value) for name, value in given.items()}
        self.sim.submit(self.seat.user, modal, values)

    def dismiss(self, frame: Json) -> None:
        modal = self.sim.world.interactions.get(_number(frame, "modal"))
        if modal and modal.user is self.seat.user:
            self.sim.dismiss(modal)

    def react(self, frame: Json) -> None:
        message, emoji = self._message(frame), str(frame.get("emoji"))[:48]
        if self.seat.user in message.reactions.get(emoji, []):
            self.sim.unreact(self.seat.user, message, emoji)
        else:
            self.sim.react(self.seat.user, message, emoji)

    def edit(self, frame: Json) -> None:
        text = self._named(str(frame.get("text", ""))[:MOST])
        self.sim.edit(self.seat.user, self._message(frame), text)

    def delete(self, frame: Json) -> None:
        self.sim.delete(self._message(frame))

    def thread(self, frame: Json) -> None:
        message = self._message(frame)
        name = (str(frame.get("name") or "") or message.content or "New thread").strip()[:100]
        opened = self.sim.open_thread(self.seat.user, message, name)
        self.seat = replace(self.seat, aside=opened)

    def menu(self, frame: Json) -> None:
        self.sim.menu(self.seat.user, self._message(frame), str(frame.get("name")))

    def archive(self, frame: Json) -> None:
        channel = self._channel(frame)
        if channel.thread:
            self.sim.archive(channel, bool(frame.get("archived")))

    def _command(self, channel: Channel, line: str, files: list[Sent]) -> None:
        """`/name words` gives the words to the first option; `/name option:value` names it. What is
        to be a number is sent as one."""
        name, _, rest = line.strip().partition(" ")
        known = {str(c["name"]): c for c in offered(self.sim.world, channel, SLASH)}
        listed = known[name].get("options") if name in known else []
        options = [o for o in listed if isinstance(o, dict)] if isinstance(listed, list) else []
        names = [str(option["name"]) for option in options]
        pairs = {k: v for k, v in _PAIR.findall(rest) if k in names}
        if rest.strip() and not pairs and names:
            pairs = {names[0]: self._named(rest.strip())}
        kinds = {str(option["name"]): option["type"] for option in options}
        given: dict[str, Option] = {k: _typed(kinds[k], v) for k, v in pairs.items()}
        for option, sent in zip([o for o in options if o["type"] == 11], files, strict=False):
            given[str(option["name"])] = sent
        self.sim.slash(self.seat.user, channel, name, given)

    def _named(self, text: str) -> str:
        """Names after @, in any case, become what Discord's own client makes of them."""
        guild = self.seat.channel.guild
        people = {user.name: user.mention for user in self.sim.world.users.values()}
        roles = {r.name: r.mention for r in guild.roles.values() if not r.bot} if guild else {}
        for name, mention in sorted((roles | people).items(), key=lambda item: -len(item[0])):
            named = rf"(?<![\w<])@{re.escape(name)}(?!\w)"
            text = re.sub(named, mention, text, flags=re.IGNORECASE)
        return text

    def _filled(self, value: JsonValue) -> Filled:
        if isinstance(value, list):
            files = [self.files.pop(str(name)) for name in value if str(name) in self.files]
            return files or [str(item) for item in value]
        return value if isinstance(value, bool) else str(value)

    def _channel(self, frame: Json) -> Channel:
        channel = self.sim.world.channels.get(_number(frame, "channel"))
        if channel is None or not sees(channel, self.seat.user):
            raise Impossible("this channel is not there any more")
        return channel

    def _message(self, frame: Json) -> Message:
        number = _number(frame, "message")
        if notice := self.sim.world.notices.get(number):
            return notice
        for channel in self.sim.world.channels.values():
            if number in channel.messages and sees(channel, self.seat.user):
                return channel.messages[number]
        raise Impossible("this message is not there any more")


def _typed(kind: JsonValue, text: str) -> Option:
    return int(text) if kind == INTEGER and re.fullmatch(r"[0-9]{1,15}", text) else text


def _number(frame: Json, key: str) -> int:
    text = str(frame.get(key) or "0")
    return int(text) if text.isdigit() and len(text) < 21 else 0


ACTS: dict[str, Callable[[Actor, Json], None]] = {
    name: getattr(Actor, name)
    for name in (
        "be", "go", "direct", "back", "say", "type", "click", "submit", "dismiss", "react",
        "edit", "delete", "thread", "menu", "archive",
    )
}  # fmt: skip
