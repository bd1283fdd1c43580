"""Where somebody looks at Slack from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from adapters.simulators.slack.people import User
from adapters.simulators.slack.simulator import Simulator

HOME = "home"


@dataclass(frozen=True, slots=True)
class Viewer:
    """`channel` is an id, or "home" for the app's Home tab; `thread` is the root that is open."""

    sim: Simulator
    user: User
    channel: str
    thread: str | None = None

    @property
    def now(self) -> datetime:
        return self.sim.service.clock.now()

    def link(self, channel: str | None = None, thread: str | None = None, user: str = "") -> str:
        query = {"user": user or self.user.id, "channel": channel or self.channel}
        if thread is not None:
            query["thread"] = thread
        return f"/?{urlencode(query)}"

    def name(self, user: str) -> str:
        found = self.sim.team.users.get(user)
        return found.name if found else user

    def group(self, group: str) -> str:
        found = self.sim.team.groups.get(group)
        return found.handle if found else group

    def channel_name(self, channel: str) -> str:
        found = self.sim.team.channels.get(channel)
        return found.name if found else channel
