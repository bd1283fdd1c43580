"""Messages and what hangs on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, IntFlag
from typing import TYPE_CHECKING

from adapters.simulators.discord.payload import Json
from adapters.simulators.discord.people import User

if TYPE_CHECKING:
    from adapters.simulators.discord.channel import Channel


class MessageKind(IntEnum):
    DEFAULT = 0
    PINNED = 6
    THREAD_CREATED = 18
    REPLY = 19
    SLASH_COMMAND = 20
    THREAD_STARTER = 21
    MENU_COMMAND = 23


class Flag(IntFlag):
    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SILENT = 1 << 12
    V2 = 1 << 15


NONE = Flag(0)


@dataclass(slots=True, eq=False)
class Attachment:
    """A file that was uploaded. `name` is untrusted text without a path."""

    id: int
    channel: int
    name: str
    data: bytes
    media_type: str
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Mentions:
    """Whom a text names (shown as such), and whom that woke up."""

    users: tuple[User, ...] = ()
    roles: tuple[int, ...] = ()
    everyone: bool = False
    pinged: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Body:
    """What a message says. `components` and `embeds` are in wire form, checked."""

    content: str = ""
    embeds: tuple[Json, ...] = ()
    components: tuple[Json, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    flags: Flag = NONE
    mentions: Mentions = Mentions()


@dataclass(frozen=True, slots=True)
class Quote:
    """The message that this one answers; it may be gone."""

    channel: int
    message: int


@dataclass(frozen=True, slots=True)
class Version:
    """What a message said from `at` on."""

    body: Body
    at: datetime


@dataclass(slots=True, eq=False)
class Message:
    """`versions` is all that it ever said, the newest last. `only_for` alone sees an ephemeral
    one. `asked` describes the interaction that it answers."""

    id: int
    channel: Channel
    author: User
    made: datetime
    body: Body
    kind: MessageKind = MessageKind.DEFAULT
    nonce: str | None = None
    reply: Quote | None = None
    edited: datetime | None = None
    reactions: dict[str, list[User]] = field(default_factory=dict[str, list[User]])
    thread: Channel | None = None
    only_for: User | None = None
    application: int | None = None
    webhook: int | None = None
    asked: Json | None = None
    pinned: bool = False
    deleted: bool = False
    versions: list[Version] = field(default_factory=list[Version])

    @property
    def content(self) -> str:
        return self.body.content

    @property
    def pinged(self) -> frozenset[int]:
        """Ids of the users that any version named with the right to wake them. An edit wakes
        nobody, but what it names is highlighted for them."""
        return frozenset[int]().union(*(old.body.mentions.pinged for old in self.versions))
