"""The clock of the local Discord where people act: no answer is late because a machine is slow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from runtime.clock import SystemClock


class Still(SystemClock):
    """It stands, so no deadline of Discord's passes by itself; a test puts it `ahead`. Whoever
    sleeps wakes up in real time."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        self._began = datetime.now(UTC)

    def now(self) -> datetime:
        return self._began + self.ahead
