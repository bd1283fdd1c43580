"""People who are in #general and do not belong to the workspace."""

from __future__ import annotations

from adapters.simulators.slack.people import User
from adapters.simulators.slack.simulator import Simulator

STRANGERS = ("gus", "eve")


def let_in(slack: Simulator) -> None:
    """Gus is a guest; Eve comes from another workspace, by a shared channel."""
    team = slack.team
    gus = User("U8GUS", "gus", "Gus", team.id, is_guest=True)
    eve = User("U9EVE", "eve", "Eve", "T9ELSEWHERE")
    for user in (gus, eve):
        team.users[user.id] = user
        team.place("general").members.add(user.id)
