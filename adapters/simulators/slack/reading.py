"""What people can see."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.simulators.slack.agent_session import AgentSession
from adapters.simulators.slack.channel import Channel
from adapters.simulators.slack.message import Message
from adapters.simulators.slack.people import User
from adapters.simulators.slack.read import expire_streams
from adapters.simulators.slack.state import State
from adapters.simulators.slack.view import View
from adapters.simulators.slack.workspace import Workspace


@dataclass(slots=True)
class Reading:
    """People and channels are named by id or name (a direct message with the bot is "dm");
    KeyError for whom or what is not there. `team` is the workspace that is looked at."""

    service: State
    team: Workspace

    def person(self, who: str) -> User:
        return self.team.person(who)

    def channel(self, where: str, user: str = "") -> Channel:
        if where == "dm":
            return self.team.direct(self.person(user).id)
        return self.team.place(where)

    def thread(self, channel: str, ts: str) -> list[Message]:
        """Oldest first, the root included. Streams whose time is over have ended."""
        place = self.team.place(channel)
        expire_streams(self.service, place)
        return place.thread(ts)

    def messages(self, channel: str) -> list[Message]:
        """What stands in the channel itself, oldest first."""
        place = self.team.place(channel)
        expire_streams(self.service, place)
        return place.main()

    def ephemerals(self, user: str, channel: str = "") -> list[Message]:
        """What only this person was shown, oldest first."""
        reader = self.person(user).id
        place = self.team.place(channel).id if channel else ""
        return [m for m in self.team.ephemerals if m.seen_by == reader and place in ("", m.channel)]

    def views(self, user: str) -> list[View]:
        """The open modals of a person, the top one last."""
        return [self.team.views[name] for name in self.team.stacks.get(self.person(user).id, [])]

    def home(self, user: str) -> View | None:
        return self.team.homes.get(self.person(user).id)

    def session(self, channel: str, thread_ts: str) -> AgentSession:
        """How the agent stands in a thread now: its state, its status line, its title."""
        key = (self.team.place(channel).id, thread_ts)
        return self.team.sessions.get(key, AgentSession()).at(self.service.clock.now())
