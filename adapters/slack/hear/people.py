"""Who somebody is: name, standing and roles, asked of Slack and remembered for a while."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from adapters.slack.refusals import code_of, needed_by
from adapters.slack.teams.seat import Seat
from adapters.slack.teams.web import read
from runtime.ids import Actor
from runtime.ports import Clock

log = structlog.get_logger(__name__)

NAME_KEPT = timedelta(hours=1)
ROLES_KEPT = timedelta(minutes=5)
"""How long somebody who left a group still counts as its member, at most."""
_FAILURE_KEPT = timedelta(seconds=30)
_PATIENCE = 1.5  # seconds: the event must be acknowledged within 3
_PEOPLE = 4_096
_NAME = 200  # characters

Roles = dict[str, tuple[str, ...]]
"""Handles of user groups by person."""
Asked = TypeVar("Asked")


@dataclass(frozen=True, slots=True)
class Person:
    """`name` as others see it, untrusted; "" if it cannot be had. A guest may not look into public
    channels; whoever is not known counts as one."""

    name: str = ""
    is_guest: bool = True


@dataclass(frozen=True, slots=True)
class _Known:
    value: Any
    until: datetime


class People:
    """Nobody waits for a name longer than a moment: without it the id must do, and without groups
    there are no roles."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: OrderedDict[tuple[str, str], _Known] = OrderedDict()
        self._asking: dict[tuple[str, str], asyncio.Task[Any]] = {}
        self._told: set[tuple[str, str]] = set()

    async def actor(self, seat: Seat, user: str) -> Actor:
        person, roles = await asyncio.gather(self.person(seat, user), self._roles(seat))
        return Actor(id=user, name=person.name, roles=roles.get(user, ()))

    async def person(self, seat: Seat, user: str) -> Person:
        async def ask() -> Person:
            return person_of(await read(seat.web, "users.info", user=user))

        return await self._ask((seat.team, user), ask, Person(), NAME_KEPT)

    async def _roles(self, seat: Seat) -> Roles:
        async def ask() -> Roles:
            return roles_of(await read(seat.web, "usergroups.list", include_users=True))

        nobody: Roles = {}
        return await self._ask((seat.team, ""), ask, nobody, ROLES_KEPT)

    async def _ask(
        self,
        key: tuple[str, str],
        ask: Callable[[], Awaitable[Asked]],
        otherwise: Asked,
        kept: timedelta,
    ) -> Asked:
        """From memory, or from Slack. Those who want the same wait for the same answer."""
        known = self._known.get(key)
        if known is not None and self._clock.now() < known.until:
            self._known.move_to_end(key)
            return known.value
        if key not in self._asking:
            task = asyncio.ensure_future(self._look(key, ask, otherwise, kept))
            self._asking[key] = task
            task.add_done_callback(lambda _: self._asking.pop(key, None))
        return await asyncio.shield(self._asking[key])

    async def _look(
        self,
        key: tuple[str, str],
        ask: Callable[[], Awaitable[Asked]],
        otherwise: Asked,
        kept: timedelta,
    ) -> Asked:
        try:
            async with asyncio.timeout(_PATIENCE):
                value = await ask()
        except SlackApiError as error:
            self._complain(key, error)
            value, kept = otherwise, kept if needed_by(error) else _FAILURE_KEPT
        except (aiohttp.ClientError, TimeoutError):
            value, kept = otherwise, _FAILURE_KEPT
        self._known[key] = _Known(value, self._clock.now() + kept)
        if len(self._known) > _PEOPLE:
            self._known.popitem(last=False)
        return value

    def _complain(self, key: tuple[str, str], error: SlackApiError) -> None:
        """Once for each missing scope of a workspace."""
        team, scope = key[0], needed_by(error)
        if not scope:
            log.warning("slack.lookup_refused", team=team, error=code_of(error))
        elif (team, scope) not in self._told:
            self._told.add((team, scope))
            log.warning(
                "slack.scope_missing",
                team=team,
                scope=scope,
                remedy="add the scope to the app and install it again; until then people have no"
                " names or no roles",
            )


def person_of(told: dict[str, Any]) -> Person:
    """The answer of `users.info`."""
    user = _part(told, "user")
    names = (_part(user, "profile").get("display_name"), user.get("real_name"), user.get("name"))
    found = next((name[:_NAME] for name in names if isinstance(name, str) and name.strip()), "")
    standing = (user.get("is_restricted"), user.get("is_ultra_restricted"), user.get("is_stranger"))
    return Person(found, is_guest=any(standing) or not user)


def roles_of(told: dict[str, Any]) -> Roles:
    """The answer of `usergroups.list` with users."""
    roles: Roles = {}
    groups: Any = told.get("usergroups")
    for group in cast(list[Any], groups) if isinstance(groups, list) else []:
        handle, users = _fields(group)
        for user in users:
            roles[user] = (*roles.get(user, ()), handle)
    return roles


def _fields(group: Any) -> tuple[str, list[str]]:
    if not isinstance(group, dict):
        return "", []
    found = cast(dict[str, Any], group)
    handle, users = found.get("handle"), found.get("users")
    if not isinstance(handle, str) or not isinstance(users, list) or found.get("date_delete"):
        return "", []
    return handle, [user for user in cast(list[Any], users) if isinstance(user, str)]


def _part(told: dict[str, Any], name: str) -> dict[str, Any]:
    found = told.get(name)
    return cast(dict[str, Any], found) if isinstance(found, dict) else {}
