"""How platforms count calls: two ways that say nothing about themselves but 429."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from typing import Protocol

from adapters.ports.rate_limit import RateLimit


class Limiter(Protocol):
    """The platform's side of one budget."""

    def take(self, now: float) -> float | None:
        """Count a call at `now`; None if it may be made, else Retry-After in whole seconds."""
        ...


@dataclass(slots=True)
class RollingWindow:
    """At most so many calls in any window."""

    rate_limit: RateLimit
    calls: deque[float] = field(default_factory=deque[float])

    def take(self, now: float) -> float | None:
        while self.calls and self.calls[0] <= now - self.rate_limit.window:
            self.calls.popleft()
        if len(self.calls) >= self.rate_limit.calls:
            return math.ceil(self.calls[0] + self.rate_limit.window - now)
        self.calls.append(now)
        return None


@dataclass(slots=True)
class TokenBucket:
    """Full at first; refilled at the budget's rate up to `capacity`."""

    rate_limit: RateLimit
    capacity: float
    level: float = field(init=False)
    at: float = float("-inf")

    def __post_init__(self) -> None:
        self.level = self.capacity

    def take(self, now: float) -> float | None:
        rate = self.rate_limit.calls / self.rate_limit.window
        self.level = min(self.capacity, self.level + (now - self.at) * rate)
        self.at = now
        if self.level < 1.0:
            return math.ceil((1.0 - self.level) / rate)
        self.level -= 1.0
        return None
