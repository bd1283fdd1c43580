"""One call of the Web API, as a method reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from adapters.simulators.slack.arguments import Arguments
from adapters.simulators.slack.channel import SCOPES, Channel
from adapters.simulators.slack.grants import Grant
from adapters.simulators.slack.message import Message
from adapters.simulators.slack.people import User
from adapters.simulators.slack.refusal import Refusal
from adapters.simulators.slack.state import State
from adapters.simulators.slack.wire import Json
from adapters.simulators.slack.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Call:
    """`family` is the part of a scope that hangs on the channel's type: "history" or "read"."""

    service: State
    team: Workspace
    grant: Grant
    args: Arguments
    now: datetime
    family: str = ""

    @property
    def bot(self) -> User:
        return self.team.bot

    def channel(self, name: str = "channel") -> Channel:
        """The one that is meant, if the token may see its type."""
        wanted = self.args.text(name)
        if wanted in self.team.users and self.family == "":
            wanted = self.team.direct(wanted).id
        channel = self.team.channel(wanted, self.bot.id)
        if self.family:
            self.demand(f"{SCOPES[channel.kind]}:{self.family}")
        return channel

    def demand(self, scope: str) -> None:
        if scope not in self.grant.scopes:
            provided = ",".join(sorted(self.grant.scopes))
            raise Refusal("missing_scope", needed=scope, provided=provided)

    def writable(self, name: str = "channel") -> Channel:
        """A channel that the bot may write to now."""
        return self.may_write(self.channel(name))

    def may_write(self, channel: Channel) -> Channel:
        if channel.archived:
            raise Refusal("is_archived")
        if self.bot.id not in channel.members:
            raise Refusal("not_in_channel")
        return channel

    def message(self, channel: Channel, ts: str) -> Message:
        found = channel.messages.get(ts)
        if found is None:
            raise Refusal("message_not_found")
        return found


Handler = Callable[[Call], Json]
