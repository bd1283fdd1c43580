"""Everything that exists, and who is told when it changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from adapters.simulators.discord import refusals
from adapters.simulators.discord.channel import THREADS, Channel
from adapters.simulators.discord.guild import Guild
from adapters.simulators.discord.interaction import Interaction
from adapters.simulators.discord.message import Attachment, Message
from adapters.simulators.discord.nonces import Nonces
from adapters.simulators.discord.payload import Json
from adapters.simulators.discord.people import User
from adapters.simulators.discord.snowflakes import Snowflakes
from runtime.ports import Clock


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. A session hears it if it has one of `intents` (0: all do) and the
    bot sees the channel; without the intent for message content it hears `bare`."""

    name: str
    data: Json
    intents: int = 0
    channel: Channel | None = None
    guild: Guild | None = None
    bare: Json | None = None


@dataclass(slots=True, eq=False)
class Portal:
    """The switches of the developer portal: the privileged intents that may be asked for."""

    message_content: bool = True
    members: bool = False
    presences: bool = False

    @property
    def flags(self) -> int:
        """Of the application: what it was given, below a hundred guilds."""
        given = (self.presences, 13), (self.members, 15), (self.message_content, 19)
        return sum(1 << bit for switch, bit in given if switch)


@dataclass(slots=True, eq=False)
class State:
    """`origin` is where the server can be reached; `channels` holds threads and direct messages
    too. `notices` is what only one person sees."""

    clock: Clock
    ids: Snowflakes
    bot: User
    secret: bytes
    portal: Portal
    origin: str = ""
    users: dict[int, User] = field(default_factory=dict[int, User])
    guilds: dict[int, Guild] = field(default_factory=dict[int, Guild])
    channels: dict[int, Channel] = field(default_factory=dict[int, Channel])
    notices: dict[int, Message] = field(default_factory=dict[int, Message])
    files: dict[int, Attachment] = field(default_factory=dict[int, Attachment])
    interactions: dict[int, Interaction] = field(default_factory=dict[int, Interaction])
    commands: dict[int | None, dict[int, Json]] = field(
        default_factory=dict[int | None, dict[int, Json]]
    )
    nonces: Nonces = field(default_factory=Nonces)
    typing: dict[tuple[int, int], datetime] = field(default_factory=dict[tuple[int, int], datetime])
    listeners: list[Callable[[Event], None]] = field(default_factory=list[Callable[[Event], None]])
    watchers: list[Callable[[], None]] = field(default_factory=list[Callable[[], None]])

    @property
    def application(self) -> int:
        return self.bot.id

    def now(self) -> datetime:
        return self.clock.now()

    def publish(self, event: Event) -> None:
        """Tell the gateway, then everybody who looks."""
        for listener in [*self.listeners]:
            listener(event)
        self.notify()

    def notify(self) -> None:
        """Something changed that the gateway does not tell of."""
        for watcher in [*self.watchers]:
            watcher()

    def channel(self, number: int) -> Channel:
        """Raises Refusal 10003."""
        try:
            return self.channels[number]
        except KeyError:
            raise refusals.unknown_channel() from None

    def guild(self, number: int) -> Guild:
        """Raises Refusal 10004."""
        try:
            return self.guilds[number]
        except KeyError:
            raise refusals.unknown_guild() from None

    def message(self, channel: Channel, number: int) -> Message:
        """Raises Refusal 10008."""
        try:
            return channel.messages[number]
        except KeyError:
            raise refusals.unknown_message() from None

    def threads(self, parent: Channel) -> list[Channel]:
        return [c for c in self.channels.values() if c.parent is parent and c.kind in THREADS]

    def dm(self, user: User) -> Channel | None:
        found = (c for c in self.channels.values() if not c.guild and user in c.recipients)
        return next(found, None)
