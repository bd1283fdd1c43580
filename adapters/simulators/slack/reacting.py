"""Adding and taking back a reaction, whoever does it."""

from __future__ import annotations

from dataclasses import replace

from adapters.simulators.slack.message import Message, Reaction
from adapters.simulators.slack.state import State
from adapters.simulators.slack.workspace import Workspace


def react(service: State, team: Workspace, message: Message, user: str, name: str) -> bool:
    """False if the person had done so already."""
    users = _users(message, name)
    if user in users:
        return False
    _keep(team, message, name, (*users, user))
    _announce(service, team, message, user, name, "reaction_added")
    return True


def unreact(service: State, team: Workspace, message: Message, user: str, name: str) -> bool:
    """False if there was none."""
    users = _users(message, name)
    if user not in users:
        return False
    _keep(team, message, name, tuple(other for other in users if other != user))
    _announce(service, team, message, user, name, "reaction_removed")
    return True


def _users(message: Message, name: str) -> tuple[str, ...]:
    return next((r.users for r in message.reactions if r.name == name), ())


def _keep(team: Workspace, message: Message, name: str, users: tuple[str, ...]) -> None:
    names = dict.fromkeys([*(r.name for r in message.reactions), name])
    old = {r.name: r for r in message.reactions}
    changed = {**old, name: Reaction(name, users)}
    reactions = tuple(changed[each] for each in names if changed[each].users)
    team.channels[message.channel].put(replace(message, reactions=reactions))


def _announce(
    service: State, team: Workspace, message: Message, user: str, name: str, kind: str
) -> None:
    if (
        kind in service.registration.events
        and team.bot.id in team.channels[message.channel].members
    ):
        service.emit(
            team,
            {
                "type": kind,
                "user": user,
                "reaction": name,
                "item": {"type": "message", "channel": message.channel, "ts": message.ts},
                "item_user": message.user,
                "event_ts": team.stamps.next(),
            },
        )
    service.changes.note()
