"""Message stamps: the id of a message in its channel."""

from __future__ import annotations

from runtime.ports import Clock


class Stamps:
    """Strictly growing, also while the clock stands still."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._last = clock, 0

    def next(self) -> str:
        self._last = max(round(self._clock.now().timestamp() * 1_000_000), self._last + 1)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"
