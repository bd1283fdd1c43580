"""The watch over the lock: where it is lost, nothing runs until it is ours again."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from runtime.clock import happens
from runtime.errors import LockLost
from runtime.journal.lock import DatabaseLock
from runtime.ports import Clock

log = structlog.get_logger(__name__)

LOOK = 1.0  # seconds between two looks, where nobody else needs a proof


class Unshared:
    """Implements ports.Lock for a database that nobody else can serve."""

    async def prove(self) -> None:
        """It is held."""


async def watch(
    lock: DatabaseLock, clock: Clock, halt: Callable[[], None], resume: Callable[[], None]
) -> None:
    """Until it is cancelled. `halt` stops all work at once, `resume` begins it anew from what is on
    the record. Raises DatabaseBusy where another process has taken over: then this one must end."""
    while True:
        await happens(lock.lost, clock, LOOK)
        try:
            await lock.prove()
        except LockLost as lost:
            halt()
            log.error("lock.lost", why=str(lost), work="stopped")
            await lock.retake(clock)
            log.warning("lock.taken_again", work="goes on")
            resume()
