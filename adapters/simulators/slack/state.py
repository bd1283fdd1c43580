"""All that a simulated Slack knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from adapters.simulators.slack.calls import Calls
from adapters.simulators.slack.changes import Changes
from adapters.simulators.slack.faults import Faults
from adapters.simulators.slack.grants import Grants
from adapters.simulators.slack.limits import Gate
from adapters.simulators.slack.people import User
from adapters.simulators.slack.registration import Registration
from adapters.simulators.slack.stamps import Stamps
from adapters.simulators.slack.tickets import Tickets
from adapters.simulators.slack.wire import Json
from adapters.simulators.slack.workspace import Workspace
from runtime.ports import Clock

Emit = Callable[[Workspace, Json], None]


def _nowhere(_: Workspace, __: Json) -> None:
    """Before anybody listens, events are nobody's."""


@dataclass(slots=True)
class State:
    clock: Clock
    registration: Registration
    gate: Gate
    teams: dict[str, Workspace] = field(default_factory=dict[str, Workspace])
    grants: Grants = field(default_factory=Grants)
    calls: Calls = field(default_factory=Calls)
    changes: Changes = field(default_factory=Changes)
    faults: Faults = field(default_factory=Faults)
    tickets: Tickets = field(default_factory=Tickets)
    emit: Emit = _nowhere
    base_url: str = ""

    def add_team(self, name: str) -> Workspace:
        """A workspace with the app's bot as its first member; nothing is installed by that."""
        number = len(self.teams) + 1
        id_ = f"T{number:03d}{''.join(filter(str.isalnum, name)).upper()}"
        app = self.registration
        bot = User(f"U{number:03d}BOT", app.handle, app.name, id_, bot_id=f"B{number:03d}BOT")
        team = Workspace(id_, name, name.lower().replace(" ", "-"), bot, Stamps(self.clock))
        team.users[bot.id] = bot
        self.teams[id_] = team
        return team
