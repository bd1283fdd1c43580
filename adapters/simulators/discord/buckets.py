"""Rate limits: how many calls of a kind fit into how many seconds."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from adapters.simulators.discord.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Rate:
    """`calls` per `seconds`, counted from the first call on."""

    calls: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Profile:
    """The rates by bucket, `whole` for all calls together but those of interactions, and `invalid`
    for answers that say that the caller should not have called."""

    rates: Mapping[str, Rate] = field(default_factory=lambda: MappingProxyType[str, Rate]({}))
    whole: Rate | None = None
    invalid: Rate | None = None


UNLIMITED = Profile()
REAL = Profile(
    MappingProxyType(
        {
            "send": Rate(5, 5.0),
            "edit": Rate(5, 5.0),
            "edit-old": Rate(3, 20.0),
            "delete": Rate(5, 1.0),
            "reaction": Rate(1, 0.25),
            "typing": Rate(5, 5.0),
            "rename": Rate(2, 600.0),
            "thread": Rate(50, 300.0),
            "hook": Rate(5, 2.0),
        }
    ),
    Rate(50, 1.0),
    Rate(10_000, 600.0),
)
"""As bots observe it; Discord documents only the last two (docs: Rate Limits)."""

BY_GUILD = frozenset({"thread"})
"""The buckets that all channels of a guild share, though the major parameter is a channel."""

_INVALID = (401, 403, 429)


@dataclass(slots=True)
class Window:
    """One bucket of one major parameter: `left` calls until it `ends`."""

    rate: Rate
    ends: datetime
    left: int

    def take(self, now: datetime) -> bool:
        if now >= self.ends:
            self.ends, self.left = now + timedelta(seconds=self.rate.seconds), self.rate.calls
        self.left -= 1
        return self.left >= 0


@dataclass(slots=True, eq=False)
class Buckets:
    """Raises Refusal 429 where a bucket is empty; `refused` counts that by bucket."""

    profile: Profile
    refused: dict[str, int] = field(default_factory=dict[str, int])
    _windows: dict[tuple[str, str], Window] = field(default_factory=dict[tuple[str, str], Window])

    def take(self, bucket: str, major: str, now: datetime) -> dict[str, str]:
        """One call; the headers that its answer carries."""
        rate = self.profile.rates.get(bucket)
        if rate is None:
            return {}
        window = self._window(bucket, major, rate, now)
        passed = window.take(now)
        headers = _headers(bucket, window, now)
        if not passed:
            raise self._refusal(bucket, window, headers, now)
        return headers

    def take_whole(self, now: datetime) -> None:
        """One call of the fifty that all have together."""
        rate = self.profile.whole
        if rate is None:
            return
        window = self._window("global", "", rate, now)
        if not window.take(now):
            raise for_all(self._refusal("global", window, {}, now))

    def answered(self, status: int, now: datetime) -> None:
        """Counts what is invalid, so that who goes on and on is shut out."""
        rate = self.profile.invalid
        if rate is not None and status in _INVALID:
            self._window("invalid", "", rate, now).take(now)

    def shut_out(self, now: datetime) -> float:
        """Seconds for which nothing is answered; 0 where all is well."""
        window = self._windows.get(("invalid", ""))
        spent = window is not None and window.left <= 0
        return max(0.0, (window.ends - now).total_seconds()) if window and spent else 0.0

    def _window(self, bucket: str, major: str, rate: Rate, now: datetime) -> Window:
        return self._windows.setdefault((bucket, major), Window(rate, now, 0))

    def _refusal(
        self, bucket: str, window: Window, headers: dict[str, str], now: datetime
    ) -> Refusal:
        self.refused[bucket] = self.refused.get(bucket, 0) + 1
        seconds = round((window.ends - now).total_seconds(), 3)
        return limited(seconds, old=bucket == "edit-old", headers=headers)


def limited(seconds: float, *, old: bool = False, headers: dict[str, str] | None = None) -> Refusal:
    """The answer 429; `old` says that too many edits were made to old messages."""
    text = "You are being rate limited."
    if old:
        text = "Maximum number of edits to messages older than 1 hour reached. Try again later."
    refusal = Refusal(429, 30046 if old else 0, text)
    refusal.extra = {"retry_after": seconds, "global": False}
    refusal.headers = {"X-RateLimit-Scope": "user", **(headers or {}), "Retry-After": str(seconds)}
    return refusal


def for_all(refusal: Refusal) -> Refusal:
    """The same, meant for all calls of the application."""
    refusal.extra["global"] = True
    refusal.headers |= {"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}
    return refusal


def _headers(bucket: str, window: Window, now: datetime) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(window.rate.calls),
        "X-RateLimit-Remaining": str(max(window.left, 0)),
        "X-RateLimit-Reset": f"{window.ends.timestamp():.3f}",
        "X-RateLimit-Reset-After": f"{(window.ends - now).total_seconds():.3f}",
        "X-RateLimit-Bucket": hashlib.sha256(bucket.encode()).hexdigest()[:32],
    }
