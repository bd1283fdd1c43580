"""The thread's own status: it comes after the messages, and keeps none of them waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from adapters.pace.pacer import CallRequest, Pacer
from adapters.ports.cards import Urgency
from adapters.ports.errors import RateLimited, SurfaceFault
from adapters.ports.surface import Surface
from runtime.events import Phase
from runtime.ids import Address

log = structlog.get_logger(__name__)


class ThreadStatus:
    """Says the phase that is wanted, one call at a time; what is outrun meanwhile is not said."""

    def __init__(
        self, address: Address, surface: Surface, pacer: Pacer, said: asyncio.Event
    ) -> None:
        """`said` is set whenever it said something."""
        self._address, self._surface, self._pacer = address, surface, pacer
        self._stir, self._told = asyncio.Event(), said
        self._since = 0.0
        self._wanted: Phase | None = None
        self._said: Phase | None = None

    def want(self, phase: Phase | None) -> bool:
        """Whether this is what the thread says. None: nothing is to be said now."""
        wanted = None if phase is self._said else phase
        if wanted is not self._wanted:
            self._wanted, self._since = wanted, self._pacer.now()
            self._stir.set()
        return wanted is None

    async def keep(self) -> None:
        """Until it is cancelled. A limit only delays it: after the last phase comes no other that
        would mend it."""
        while True:
            try:
                async with self._pacer.permit(self._claims, self._stir) as permit:
                    permit.used = await self._say()
            except RateLimited as limit:
                log.info(
                    "surface.limited", rate_limit=limit.rate_limit.name, seconds=limit.retry_after
                )

    def _claims(self) -> Sequence[CallRequest]:
        if self._wanted is None:
            return ()
        return (
            CallRequest(self._surface.cost(self._address, "signal"), Urgency.RECORD, self._since),
        )

    async def _say(self) -> bool:
        """Best effort: what fails is not said again."""
        phase = self._wanted
        if phase is None:
            return False
        try:
            await self._surface.signal(self._address, None, phase)
        except RateLimited:
            raise
        except SurfaceFault as fault:
            log.info("surface.signal_failed", why=str(fault))
        self._said = phase
        if self._wanted is phase:
            self._wanted = None
        self._told.set()
        return True
