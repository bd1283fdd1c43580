"""Who looks, and at what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from adapters.discord.simulator.channel import Channel
from adapters.discord.simulator.people import User
from adapters.discord.simulator.world import World


@dataclass(frozen=True, slots=True)
class Seat:
    """`aside` is the thread that is open beside the channel. `west` are the minutes that this
    person's clock is behind UTC."""

    world: World
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
