"""What one budget has left: a rolling window that is known, and a burst that is learned."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from dataclasses import dataclass, field
from itertools import islice

from adapters.ports.rate_limit import RateLimit

FLOOR = 0.3  # seconds: nobody reads faster
LEARNED = 3600.0  # seconds without a call after which refusals are forgotten
_ABREAST = 3  # calls on their way at once: the first refusal must come before all are spent
_HALF = 0.5  # seconds of a high rate may be on their way at once too
_MARGIN = 0.01  # seconds: clocks and sums of floats are not exact


@dataclass(slots=True)
class LimiterState:
    """All times are seconds of the injected monotonic clock.

    A platform may count in a window or fill a bucket, and does not say which. So both are believed
    at once: at most `calls` in any window, and never more than `burst` in one go, refilled at the
    window's rate. Until somebody is refused the burst is the whole window.
    """

    rate_limit: RateLimit
    began: float
    done: deque[float] = field(default_factory=deque[float])
    flying: int = 0
    closed_until: float = 0.0
    streams: dict[str, float] = field(default_factory=dict[str, float])
    last_paced: float = float("-inf")
    burst: float = 0.0
    scale: float = 1.0
    _level: float = 0.0
    _level_at: float = 0.0
    _took_at: float = 0.0

    def __post_init__(self) -> None:
        self.burst = self._level = float(self.rate_limit.calls)
        self._level_at = self.began

    @property
    def calls(self) -> float:
        """The calls of one window that are believed in."""
        return max(1.0, self.rate_limit.calls * self.scale)

    @property
    def rate(self) -> float:
        return self.calls / self.rate_limit.window

    def took(self, now: float) -> None:
        """A call is on its way. It counts until its answer is a window old: the platform counted
        it at some moment before that answer."""
        self._level = self.level(now) - 1.0
        self._level_at = self._took_at = now
        self.flying += 1

    def ended(self, now: float) -> None:
        self.flying -= 1
        self.done.append(self._took_at if self.rate_limit.pace else now)
        while self.done and self.done[0] <= now - self.rate_limit.window - _MARGIN:
            self.done.popleft()
        step = 1.0 / self.rate_limit.calls
        self.burst = min(float(self.rate_limit.calls), self.burst + step)
        self.scale = min(1.0, self.scale + 0.1 * step)

    def rests(self, now: float) -> bool:
        """Whether a new account would say the same, but for what it has learned, which is
        forgotten too after LEARNED."""
        last = max(self.closed_until, self._level_at, self.done[-1] if self.done else self.began)
        is_new = self.burst == self.rate_limit.calls and self.scale == 1.0
        rest = max(self.rate_limit.window + _MARGIN, 0.0 if is_new else LEARNED)
        return not (self.flying or self.streams) and now - last > rest

    def unused(self, now: float) -> None:
        """The call was not made after all."""
        self.flying -= 1
        self._level = min(self.burst, self.level(now) + 1.0)
        self._level_at = now

    def refused(self, now: float, retry_after: float) -> None:
        """A 429, which is no call: no call for a while, no burst after it, and half of it next
        time. Without a burst to blame, the rate is too high."""
        if now >= self.closed_until:  # else it is one more of those that were on their way together
            if self.burst < 2.0:
                self.scale = max(self.scale / 2, 1.0 / self.rate_limit.calls)
            self.burst = max(1.0, self.burst / 2)
        self.closed_until = max(self.closed_until, now + retry_after)
        self._level, self._level_at = 0.0, now

    def level(self, now: float) -> float:
        """What is left of the burst."""
        return min(self.burst, self._level + (now - self._level_at) * self.rate)

    def left(self, now: float, ahead: float = 0.0) -> float:
        """Calls that can be made until `ahead` seconds from now, however they are spaced."""
        window = self.rate_limit.window
        before = now + ahead - window - _MARGIN
        counted = self.flying + len(self.done) - bisect_right(self.done, before)
        left = self.calls - counted + max(0.0, ahead - window) * self.rate
        return min(left, self.level(now) + ahead * self.rate)

    def free_at(self, now: float, reserve: float) -> float:
        """When a call can be made so that the window has `reserve` more, and the burst all but one
        of them: that one fills by itself until it is wanted."""
        if self.flying >= max(_ABREAST, self.rate * _HALF):
            return now + FLOOR  # whoever ends shares it out before
        level = self.level(now)
        wanted = 1.0 + min(max(reserve - 1.0, 0.0), self.burst - 1.0)
        filled = now if level >= wanted - 1e-9 else now + (wanted - level) / self.rate
        need = 1.0 + min(reserve, self.calls - 1.0)
        return max(self.closed_until, filled, self._window_free_at(now, need))

    def _window_free_at(self, now: float, need: float) -> float:
        old = bisect_right(self.done, now - self.rate_limit.window - _MARGIN)
        counting = len(self.done) - old
        over = self.flying + counting - (self.calls - need)
        if over <= 1e-9:
            return now
        last = int(over - 1e-9)  # so many more must grow old than this one
        if last >= counting:
            return now + FLOOR  # too many are on their way: look again
        return self.done[old + last] + self.rate_limit.window + _MARGIN

    def gap(self, now: float, horizon: float, reserve: float) -> float:
        """Seconds between paced calls so that they last for the horizon, and never run out before:
        calls become free when old ones leave the window, often many at once."""
        window = self.rate_limit.window
        first = bisect_right(self.done, now - window)
        points = [horizon]
        for at in islice(self.done, first, None):
            if at + window - now >= horizon:
                break
            points.append(at + window - now)
        gap = max(p / max(self.left(now, p - _MARGIN) - reserve, 1.0) for p in points)
        return min(max(gap, FLOOR), window)
