"""Users, roles and members."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True, eq=False)
class User:
    """`reachable`: takes direct messages of the bot."""

    id: int
    name: str
    bot: bool = False
    reachable: bool = True

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"


@dataclass(slots=True, eq=False)
class Role:
    """`bot` is the application whose own role this is; such a role is managed."""

    id: int
    name: str
    permissions: int
    position: int = 0
    colour: int = 0
    mentionable: bool = False
    bot: int | None = None

    @property
    def mention(self) -> str:
        return f"<@&{self.id}>"


@dataclass(slots=True, eq=False)
class Member:
    user: User
    joined: datetime
    roles: set[int] = field(default_factory=set[int])
    nick: str | None = None

    @property
    def name(self) -> str:
        return self.nick or self.user.name
