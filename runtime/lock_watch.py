"""The watch over the lock: where it is lost, nothing runs until it is ours again."""

from __future__ import annotations

from collections.abc import Callable

from runtime.clock import happens
from runtime.errors import LockLost
from runtime.journal.lock import DatabaseLock
from runtime.outage import Outage
from runtime.ports import Clock

LOOK = 1.0  # seconds between two looks, where nobody else needs a proof


class Unshared:
    """Implements ports.Lock for a database that nobody else can serve."""

    async def prove(self) -> None:
        """It is held."""


async def watch(
    lock: DatabaseLock,
    clock: Clock,
    outage: Outage,
    halt: Callable[[], None],
    resume: Callable[[], None],
) -> None:
    """Until it is cancelled. `halt` stops all work at once, `resume` begins it anew from what is on
    the record. Raises DatabaseBusy where another process has taken over: then this one must end."""
    while True:
        await happens(lock.lost, clock, LOOK)
        try:
            await lock.prove()
        except LockLost as lost:
            halt()
            outage.lost(lost)
            await lock.retake(clock)
            resume()
