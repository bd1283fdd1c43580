"""Who somebody is: name, standing and roles."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from adapters.slack.inbound.lookup_cache import LookupCache
from adapters.slack.inbound.message_text import mentioned
from adapters.slack.inbound.payloads import Listed, Shape, Text
from adapters.slack.installations.workspace_client import WorkspaceClient
from adapters.slack.outbound.api import Api, Json
from runtime.ids import Actor

KEPT = timedelta(minutes=5)
"""How long somebody who left a group, or became a guest, still counts as before, at most."""
_NAME = 200  # characters
_NAMED = 5  # people in one text whose names are asked for

Membership = Literal["member", "guest", "outsider", "unknown"]
"""Outsiders are of another workspace; unknown is whoever Slack does not tell of at the moment."""
Roles = dict[str, tuple[str, ...]]
"""Handles of user groups by person."""


@dataclass(frozen=True, slots=True)
class Person:
    """`name` as others see it, untrusted; "" if it cannot be had. Whoever Slack will not tell of
    is an outsider."""

    name: str = ""
    standing: Membership = "outsider"


class _Profile(Shape):
    display_name: Text = ""


class _Organisation(Shape):
    teams: Listed[str] = ()


class _User(Shape):
    """In an organisation `team_id` names one of somebody's workspaces, or is missing."""

    team_id: Text = ""
    name: Text = ""
    real_name: Text = ""
    profile: _Profile | None = None
    enterprise_user: _Organisation | None = None
    deleted: bool | None = None
    is_restricted: bool | None = None
    is_ultra_restricted: bool | None = None


class _Info(Shape):
    user: _User


class _Group(Shape):
    handle: Text = ""
    users: Listed[str] = ()
    date_delete: int | None = None


class _Groups(Shape):
    usergroups: Listed[_Group] = ()


@dataclass(frozen=True, slots=True)
class People:
    """Without a name the id must do, and without groups there are no roles."""

    lookups: LookupCache

    async def actor(self, client: WorkspaceClient, user: str) -> Actor:
        person, roles = await asyncio.gather(self.person(client, user), self._roles(client))
        return Actor(id=user, name=person.name, roles=roles.get(user, ()))

    async def person(self, client: WorkspaceClient, user: str) -> Person:
        async def ask() -> Person:
            api = Api(client.web, client.workspace)
            return person_of(await api.call("users.info", user=user), client.team)

        unknown, key = Person(standing="unknown"), (client.team, "users.info", user)
        return await self.lookups.ask(key, ask, KEPT, refused=Person(), silent=unknown)

    async def our_name(self, client: WorkspaceClient) -> str:
        """What our app is called in this workspace; "" if Slack does not say."""
        return (await self.person(client, client.workspace.bot_user)).name

    async def names(self, client: WorkspaceClient, text: str) -> dict[str, str]:
        """Of the people whom a text mentions, the first few; our own is not among them."""
        others = [user for user in mentioned(text) if user != client.workspace.bot_user][:_NAMED]
        people = await asyncio.gather(*(self.person(client, user) for user in others))
        return {user: person.name for user, person in zip(others, people, strict=True)}

    async def _roles(self, client: WorkspaceClient) -> Roles:
        async def ask() -> Roles:
            api = Api(client.web, client.workspace)
            return roles_of(await api.call("usergroups.list", include_users=True))

        nobody: Roles = {}
        key = (client.team, "usergroups.list", "")
        return await self.lookups.ask(key, ask, KEPT, refused=nobody, silent=nobody)


def person_of(told: Json, team: str) -> Person:
    """The answer of `users.info`, seen from a workspace. Raises ValidationError.

    "User object": `is_stranger` would not do, it is false for people of other workspaces as soon as
    they share a channel with us.
    """
    user = _Info.model_validate(told).user
    names = (user.profile.display_name if user.profile else "", user.real_name, user.name)
    name = next((name[:_NAME] for name in names if name.strip()), "")
    teams = (user.team_id, *(user.enterprise_user.teams if user.enterprise_user else ()))
    if team not in teams or user.deleted:
        return Person(name, "outsider")
    is_guest = user.is_restricted or user.is_ultra_restricted
    return Person(name, "guest" if is_guest else "member")


def roles_of(told: Json) -> Roles:
    """The answer of `usergroups.list` with users. Raises ValidationError."""
    roles: Roles = {}
    for group in _Groups.model_validate(told).usergroups:
        for user in () if group.date_delete or not group.handle else group.users:
            roles[user] = (*roles.get(user, ()), group.handle)
    return roles
