"""One workspace: its people, conversations and files."""

from __future__ import annotations

from dataclasses import dataclass, field

from adapters.simulators.slack.agent_session import AgentSession
from adapters.simulators.slack.channel import Channel, Kind
from adapters.simulators.slack.file import File
from adapters.simulators.slack.message import Message
from adapters.simulators.slack.people import Group, User
from adapters.simulators.slack.refusal import Refusal
from adapters.simulators.slack.stamps import Stamps
from adapters.simulators.slack.view import View


@dataclass(slots=True)
class Workspace:
    """`editable_for` is the team's edit window in seconds, None for no end. Views are the open
    modals by id; homes and stacks are kept by user."""

    id: str
    name: str
    domain: str
    bot: User
    stamps: Stamps
    users: dict[str, User] = field(default_factory=dict[str, User])
    groups: dict[str, Group] = field(default_factory=dict[str, Group])
    channels: dict[str, Channel] = field(default_factory=dict[str, Channel])
    files: dict[str, File] = field(default_factory=dict[str, File])
    views: dict[str, View] = field(default_factory=dict[str, View])
    homes: dict[str, View] = field(default_factory=dict[str, View])
    stacks: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    sessions: dict[tuple[str, str], AgentSession] = field(
        default_factory=dict[tuple[str, str], AgentSession]
    )
    ephemerals: list[Message] = field(default_factory=list[Message])
    editable_for: float | None = None

    def _id(self, letter: str, number: int, name: str) -> str:
        """Unique in all workspaces, and readable in a failing test."""
        return f"{letter}{self.id[1:4]}{number:03d}{''.join(filter(str.isalnum, name)).upper()}"

    def add_user(self, handle: str, name: str, is_admin: bool = False) -> User:
        id_ = self._id("U", len(self.users), handle)
        user = User(id_, handle, name, self.id, is_admin=is_admin)
        self.users[user.id] = user
        return user

    def add_group(self, handle: str, name: str, *users: str) -> Group:
        group = Group(self._id("S", len(self.groups), handle), handle, name, self.id, users)
        self.groups[group.id] = group
        return group

    def add_channel(self, name: str, kind: Kind, *members: str) -> Channel:
        letter = {"channel": "C", "group": "C", "im": "D", "mpim": "C"}[kind]
        id_ = self._id(letter, len(self.channels), name)
        created = int(float(self.stamps.next()))
        creator = members[0] if members else self.bot.id
        channel = Channel(id_, name, kind, self.id, creator, set(members), created)
        self.channels[id_] = channel
        return channel

    def direct(self, user: str) -> Channel:
        """The conversation of the bot with one person, made when it is first asked for."""
        return self.conversation("im", {user, self.bot.id})

    def conversation(self, kind: Kind, members: set[str]) -> Channel:
        for channel in self.channels.values():
            if channel.kind == kind and channel.members == members:
                return channel
        handles = sorted(self.users[user].handle for user in members)
        return self.add_channel("-".join(["dm", *handles]), kind, *sorted(members))

    def person(self, who: str) -> User:
        """By id, handle or name. Raises KeyError."""
        for user in self.users.values():
            if who in (user.id, user.handle, user.name):
                return user
        raise KeyError(f"workspace {self.name} has nobody called {who!r}")

    def place(self, where: str) -> Channel:
        """By id or name. Raises KeyError."""
        for channel in self.channels.values():
            if where in (channel.id, channel.name):
                return channel
        raise KeyError(f"workspace {self.name} has no channel {where!r}")

    def channel(self, channel: str, reader: str) -> Channel:
        """As a method sees it: a private one is there only for its members."""
        found = self.channels.get(channel)
        if found is None or (found.kind != "channel" and reader not in found.members):
            raise Refusal("channel_not_found")
        return found
