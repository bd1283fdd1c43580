"""Ids that carry their time of birth and only grow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from runtime.ports import Clock

EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Snowflakes:
    """Milliseconds since EPOCH, shifted by 22 bits; below them a count, so that no two are one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> int:
        self._last = max(self._last + 1, first(self._clock.now()))
        return self._last


def first(at: datetime) -> int:
    """The smallest id of this millisecond."""
    return ((at - EPOCH) // _MILLISECOND) << 22
