"""What time it is at Discord."""

from __future__ import annotations

from datetime import datetime, timedelta

import discord

from runtime.ports import Clock


class DiscordTime:
    """The newest message that we wrote says when Discord made it, and our monotonic clock how long
    ago that was: so somebody who sets our system's clock makes no message older. Until we wrote one
    it is our own wall time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._made: tuple[datetime, float] | None = None

    def moment(self) -> float:
        """Take it before a message is sent: its answer may be late."""
        return self._clock.monotonic()

    def wrote(self, message: int, sent: float) -> None:
        """A message that was sent at this moment got this id."""
        self._made = discord.utils.snowflake_time(message), sent

    def now(self) -> datetime:
        if self._made is None:
            return self._clock.now()
        made, at = self._made
        return made + timedelta(seconds=self._clock.monotonic() - at)
