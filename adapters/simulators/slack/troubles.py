"""What administrators and bad luck do to an app."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from adapters.simulators.slack.faults import Fault
from adapters.simulators.slack.interactions import Presses
from adapters.simulators.slack.methods.tokens import end_grant
from adapters.simulators.slack.sockets import Sockets
from adapters.simulators.slack.workspace import Workspace


@dataclass(slots=True)
class Troubles(Presses):
    """Each takes effect at once."""

    sockets: Sockets

    def inject(self, fault: Fault) -> None:
        """The next calls or events go wrong; see `faults`."""
        self.service.faults.add(fault)

    def revoke_token(self) -> None:
        """`token_revoked` from now on, and the event of that name."""
        for grant in self.service.grants.of(self.team.id):
            end_grant(self.service, self.team, grant)

    def deactivate(self) -> None:
        """The bot's account is switched off: `account_inactive`."""
        for grant in self.service.grants.of(self.team.id):
            self.service.grants.change(replace(grant, inactive=True))

    def limit_scopes(self, *scopes: str) -> None:
        """Tokens of the workspace allow only these any more."""
        for grant in self.service.grants.of(self.team.id):
            self.service.grants.change(replace(grant, scopes=frozenset(scopes)))

    def end_tokens(self, at: datetime) -> None:
        """`token_expired` from then on."""
        for grant in self.service.grants.of(self.team.id):
            self.service.grants.change(replace(grant, ends=at))

    def archive(self, channel: str) -> None:
        self.team.place(channel).archived = True
        self.service.changes.note()

    def remove_bot(self, channel: str) -> None:
        self.team.place(channel).members.discard(self.team.bot.id)
        self.service.changes.note()

    def close_edit_window(self, seconds: float = 0.0) -> None:
        """Messages that are older cannot be edited any more."""
        self.team.editable_for = seconds

    def drop_sockets(self) -> None:
        """All connections end without a word."""
        self.sockets.drop()

    def deafen(self) -> None:
        """The connections that stand now deliver nothing and answer no ping."""
        self.sockets.deafen()

    async def ask_to_reconnect(self, reason: str = "refresh_requested") -> None:
        await self.sockets.disconnect(reason)

    def add_team(self, name: str) -> Workspace:
        """A workspace where the app is not installed yet: `authorize` gives the code for that."""
        return self.service.add_team(name)

    def authorize(self, team: Workspace) -> str:
        """Somebody agrees to the installation; the code that the redirect brings."""
        return self.service.grants.code(team.id)
