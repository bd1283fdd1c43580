"""The real clocks of a process whose wall time somebody sets."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from runtime.clock import SystemClock


@dataclass
class SteppedClock(SystemClock):
    """Implements ports.Clock."""

    ahead: float = 0.0

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self.ahead)

    def everywhere(self) -> None:
        """For the libraries of this process too: only the whole machine's clock can really be set,
        and others work on it."""
        real = time.time
        time.time = lambda: real() + self.ahead
