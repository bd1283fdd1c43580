"""A guild: what people call a server."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from adapters.simulators.discord.people import Member, Role, User


@dataclass(slots=True, eq=False)
class Guild:
    """`roles` holds @everyone under the guild's own id."""

    id: int
    name: str
    owner: User
    made: datetime
    roles: dict[int, Role] = field(default_factory=dict[int, Role])
    members: dict[int, Member] = field(default_factory=dict[int, Member])
    tier: int = 0

    @property
    def file_limit(self) -> int:
        """Bytes of one file, by boost level."""
        return {2: 50, 3: 100}.get(self.tier, 10) * 1024 * 1024

    def own_role(self, application: int) -> Role | None:
        return next((role for role in self.roles.values() if role.bot == application), None)
