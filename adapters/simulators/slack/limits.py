"""How this Slack counts calls. The real one does not say how it does; both ways answer with a 429
and Retry-After in whole seconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from adapters.ports.rate_limit import RateLimit
from adapters.testing import limiters
from adapters.testing.limiters import Limiter

MINUTE = 60.0
PER_MINUTE = {2: 20, 3: 50, 4: 100}
"""Calls a minute by tier, from "Rate limits"; tier 5 is special per method."""
POSTS_PER_SECOND, POST_BURST = 1, 5.0


@dataclass(frozen=True, slots=True)
class Unlimited:
    def limiter(self, calls: int) -> Limiter | None:
        return None

    def posts(self) -> Limiter | None:
        return None


def _posts() -> Limiter:
    """About one post a second and channel; short bursts pass."""
    return limiters.TokenBucket(RateLimit("posts", POSTS_PER_SECOND, 1.0), POST_BURST)


@dataclass(frozen=True, slots=True)
class RollingWindow:
    """So many calls in any minute."""

    def limiter(self, calls: int) -> Limiter | None:
        return limiters.RollingWindow(RateLimit("calls", calls, MINUTE))

    def posts(self) -> Limiter | None:
        return _posts()


@dataclass(frozen=True, slots=True)
class TokenBucket:
    """A bucket of `burst` calls, refilled evenly."""

    burst: float = 10.0

    def limiter(self, calls: int) -> Limiter | None:
        return limiters.TokenBucket(RateLimit("calls", calls, MINUTE), self.burst)

    def posts(self) -> Limiter | None:
        return _posts()


Profile = Unlimited | RollingWindow | TokenBucket


@dataclass(slots=True)
class Gate:
    """Counts per workspace and method, posts per channel."""

    profile: Profile
    limiters: dict[tuple[str, ...], Limiter | None] = field(
        default_factory=dict[tuple[str, ...], Limiter | None]
    )

    def wait(self, team: str, method: str, tier: int, channel: str, now: float) -> float | None:
        """Retry-After in whole seconds; None if the call may be made."""
        if method == "chat.postMessage":
            limiter = self._limiter((team, method, channel), self.profile.posts)
        elif calls := PER_MINUTE.get(tier):
            limiter = self._limiter((team, method), lambda: self.profile.limiter(calls))
        else:
            return None
        return limiter.take(now) if limiter else None

    def _limiter(self, key: tuple[str, ...], make: Callable[[], Limiter | None]) -> Limiter | None:
        if key not in self.limiters:
            self.limiters[key] = make()
        return self.limiters[key]
