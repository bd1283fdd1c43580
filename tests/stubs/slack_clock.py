"""The clock of the local Slack where people act: no answer is late because a machine is slow."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from runtime.clock import SystemClock

PACE = 0.1  # seconds of Slack's in a real one: the three until an acknowledgement are thirty


@dataclass
class SlowClock(SystemClock):
    """Implements ports.Clock. Everything that Slack waits for may take ten times as long."""

    born: datetime = field(default_factory=lambda: datetime.now(UTC))

    def now(self) -> datetime:
        return self.born + (datetime.now(UTC) - self.born) * PACE

    def monotonic(self) -> float:
        return super().monotonic() * PACE

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds / PACE)
