"""Channels and threads."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum

from adapters.simulators.discord.guild import Guild
from adapters.simulators.discord.message import Message
from adapters.simulators.discord.people import User


class Kind(IntEnum):
    TEXT = 0
    DM = 1
    VOICE = 2
    ANNOUNCEMENT = 5
    ANNOUNCEMENT_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    STAGE = 13
    FORUM = 15


THREADS = frozenset({Kind.ANNOUNCEMENT_THREAD, Kind.PUBLIC_THREAD, Kind.PRIVATE_THREAD})
ARCHIVE_MINUTES = (60, 1_440, 4_320, 10_080)


@dataclass(slots=True)
class Overwrite:
    """What a role or a member may do here that it may not elsewhere, and the other way round."""

    target: int
    member: bool
    allow: int = 0
    deny: int = 0


@dataclass(slots=True, eq=False)
class Thread:
    """What a channel has more when it is a thread. `active` is the last act that keeps it open."""

    owner: User
    active: datetime
    minutes: int = 4_320
    archived: bool = False
    archived_at: datetime | None = None
    locked: bool = False
    invitable: bool = True
    members: dict[int, datetime] = field(default_factory=dict[int, datetime])
    tags: list[int] = field(default_factory=list[int])
    sent: int = 0

    @property
    def closes(self) -> datetime:
        return self.active + timedelta(minutes=self.minutes)


@dataclass(slots=True, eq=False)
class Channel:
    """`slow` is the slow mode in seconds; `spoke` is when each user last wrote, for it."""

    id: int
    kind: Kind
    name: str
    made: datetime
    guild: Guild | None = None
    parent: Channel | None = None
    topic: str | None = None
    position: int = 0
    slow: int = 0
    overwrites: list[Overwrite] = field(default_factory=list[Overwrite])
    recipients: tuple[User, ...] = ()
    thread: Thread | None = None
    tags: dict[int, str] = field(default_factory=dict[int, str])
    require_tag: bool = False
    messages: dict[int, Message] = field(default_factory=dict[int, Message])
    newest: int | None = None
    spoke: dict[int, datetime] = field(default_factory=dict[int, datetime])
    pins: dict[int, datetime] = field(default_factory=dict[int, datetime])

    @property
    def mention(self) -> str:
        return f"<#{self.id}>"
