"""A conversation and its messages."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from adapters.simulators.slack.message import Message
from adapters.simulators.slack.wire import Json

Kind = Literal["channel", "group", "im", "mpim"]
SCOPES: dict[Kind, str] = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}


@dataclass(slots=True)
class Channel:
    id: str
    name: str
    kind: Kind
    team: str
    creator: str
    members: set[str]
    created: int
    archived: bool = False
    messages: dict[str, Message] = field(default_factory=dict[str, Message])

    def put(self, message: Message) -> Message:
        self.messages[message.ts] = message
        return message

    def rewrite(self, ts: str, message: Message) -> Message:
        """Content changed: one more edit."""
        return self.put(replace(message, ts=ts, edits=message.edits + 1))

    def thread(self, ts: str) -> list[Message]:
        """The root first; a root that was deleted leaves its replies."""
        return [m for m in self.messages.values() if ts in (m.ts, m.thread_ts)]

    def replies(self, ts: str) -> list[Message]:
        return [m for m in self.messages.values() if m.thread_ts == ts and m.ts != ts]

    def main(self) -> list[Message]:
        """What stands in the channel itself."""
        return [m for m in self.messages.values() if not m.is_reply or m.broadcast]

    def json(self, for_user: str) -> Json:
        common: Json = {
            "id": self.id,
            "created": self.created,
            "is_channel": self.kind == "channel",
            "is_group": self.kind == "group",
            "is_im": self.kind == "im",
            "is_mpim": self.kind == "mpim",
            "is_private": self.kind != "channel",
            "is_archived": self.archived,
            "is_org_shared": False,
            "is_shared": False,
            "is_ext_shared": False,
            "context_team_id": self.team,
        }
        if self.kind == "im":
            other = next(iter(self.members - {for_user}), for_user)
            return {**common, "user": other, "is_open": True}
        return {
            **common,
            "name": self.name,
            "name_normalized": self.name,
            "creator": self.creator,
            "is_general": self.name == "general",
            "is_member": for_user in self.members,
            "topic": {"value": "", "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
        }
