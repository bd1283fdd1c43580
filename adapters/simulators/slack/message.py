"""A message as Slack keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from adapters.simulators.slack.stream import Stream
from adapters.simulators.slack.wire import Json


@dataclass(frozen=True, slots=True)
class Reaction:
    name: str
    users: tuple[str, ...]

    def json(self) -> Json:
        return {"name": self.name, "users": list(self.users), "count": len(self.users)}


@dataclass(frozen=True, slots=True)
class Message:
    """`edits` counts every change of content; `edited_at` is set only by those that people see as
    "edited". `seen_by` names the one reader of an ephemeral message."""

    channel: str
    ts: str
    user: str
    text: str
    at: datetime
    thread_ts: str | None = None
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    files: tuple[str, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    metadata: Json | None = None
    bot_id: str | None = None
    app_id: str | None = None
    username: str | None = None
    subtype: str | None = None
    broadcast: bool = False
    client_msg_id: str | None = None
    edits: int = 0
    edited_at: str | None = None
    stream: Stream | None = None
    seen_by: str | None = None

    @property
    def root(self) -> str:
        return self.thread_ts or self.ts

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts


def tombstone(message: Message) -> Message:
    """What stands where the root of a thread was deleted."""
    return Message(
        channel=message.channel,
        ts=message.ts,
        user="USLACKBOT",
        text="This message was deleted.",
        at=message.at,
        thread_ts=message.ts,
        subtype="tombstone",
        edits=message.edits,
    )
