"""Who looks, and at what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from adapters.simulators.discord.channel import Channel
from adapters.simulators.discord.people import User
from adapters.simulators.discord.state import State


@dataclass(frozen=True, slots=True)
class Viewer:
    """`aside` is the thread that is open beside the channel. `west` are the minutes that this
    person's clock is behind UTC."""

    world: State
    user: User
    channel: Channel
    aside: Channel | None = None
    west: int = 0

    def local(self, at: datetime) -> datetime:
        return at.astimezone(timezone(timedelta(minutes=-self.west)))

    def name(self, user: User) -> str:
        guild = self.channel.guild
        member = guild.members.get(user.id) if guild else None
        return member.name if member else user.name
