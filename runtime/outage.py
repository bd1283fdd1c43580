"""Times in which the database cannot be used: its disk is full, its server is away, or its lock is
lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from runtime.errors import EntryUnreadable, JournalUnavailable, LockLost
from runtime.ids import Address
from runtime.ports import Clock

log = structlog.get_logger(__name__)

FIRST_WAIT, LONGEST_WAIT = 0.5, 10.0  # seconds between two attempts, doubling


class Outage:
    """Whoever is refused by the database reports it; the first report begins the outage. It is one
    line of the log, however many sessions meet it, and one more when it is over."""

    def __init__(self) -> None:
        self._began = asyncio.Event()
        self._working: set[Address] = set()
        self._followers: list[tuple[Callable[[Address], None], Callable[[], None]]] = []

    @property
    def lasts(self) -> bool:
        return self._began.is_set()

    def follow(self, hit: Callable[[Address], None], over: Callable[[], None]) -> None:
        """`hit` is told of each thread in which something could not be done, `over` of the end."""
        self._followers.append((hit, over))

    def reported(self, error: JournalUnavailable, address: Address | None = None) -> None:
        """By whoever tries again by himself. `address` is the thread that has to wait."""
        if isinstance(error, EntryUnreadable):
            log.warning("entry.unreadable", why=str(error))
            return
        self._begin("database.away", error)
        if address is not None:
            self._hit(address)

    def lost(self, error: LockLost) -> None:
        """By whoever watches the lock. With a server that is away goes its lock."""
        self._begin("lock.lost", error)

    def _begin(self, what: str, why: Exception) -> None:
        if self.lasts:
            return
        log.error(what, why=str(why))
        self._began.set()
        for working in self._working:
            self._hit(working)

    def begun(self, address: Address) -> None:
        """A task goes on there; its people wait for it until `done`."""
        self._working.add(address)

    def done(self, address: Address) -> None:
        self._working.discard(address)

    def _hit(self, address: Address) -> None:
        for hit, _ in self._followers:
            hit(address)

    async def watch(self, clock: Clock, proof: Callable[[], Awaitable[None]]) -> None:
        """Until it is cancelled. `proof` raises JournalUnavailable or LockLost while nothing can be
        written."""
        while True:
            await self._began.wait()
            since = clock.monotonic()
            await self._until_it_works(clock, proof)
            log.warning("database.back", seconds=round(clock.monotonic() - since, 1))
            self._began.clear()
            for _, over in self._followers:
                over()

    async def _until_it_works(self, clock: Clock, proof: Callable[[], Awaitable[None]]) -> None:
        wait = FIRST_WAIT
        while True:
            await clock.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)
            try:
                await proof()
                return
            except (JournalUnavailable, LockLost):
                continue
