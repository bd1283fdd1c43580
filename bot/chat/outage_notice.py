"""What a thread is told while the database is away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

import structlog

from adapters.ports.cards import Card, CardKey, Note, Urgency
from adapters.ports.errors import RateLimited
from adapters.ports.surface import Surface
from adapters.reconcile.settler import Connect
from runtime.errors import AetherError
from runtime.ids import Address
from runtime.outage import Outage
from runtime.ports import Clock

log = structlog.get_logger(__name__)

WORDS = "Aether cannot reach its database now: what you write is taken up when it is back."
GRACE = 2.0
"""Seconds. Of an outage that is over so soon nobody need know."""
_TITLE = "Waiting for the database"
_PATIENCE = 30.0  # seconds for the platform


class Away:
    """One sentence for each thread and outage, past the pacer: that would ask for a proof of the
    lock, which lives in the database. Best effort; never raises."""

    def __init__(
        self,
        connect: Connect,
        outage: Outage,
        clock: Clock,
        start: Callable[[Coroutine[Any, Any, None]], object],
    ) -> None:
        self._connect, self._outage, self._clock, self._start = connect, outage, clock, start
        self._told: set[Address] = set()

    def hit(self, address: Address) -> None:
        """Something had to wait there."""
        if address not in self._told and self._connect(address) is not None:
            self._told.add(address)
            self._start(self._tell(address))

    def over(self) -> None:
        self._told.clear()

    async def _tell(self, address: Address) -> None:
        await self._clock.sleep(GRACE)
        surface = self._connect(address)
        if surface is None or not self._outage.lasts:
            return
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._post(surface, address)
        except (AetherError, TimeoutError) as fault:
            self._told.discard(address)  # the next attempt there may reach people
            log.info("outage.untold", platform=address.platform, why=str(fault) or "too late")

    async def _post(self, surface: Surface, address: Address) -> None:
        """Raises SurfaceFault. A limit is waited for once."""
        place, card = await surface.open(address, _TITLE), _card(self._clock.now())
        try:
            await surface.post(place, card)
        except RateLimited as limit:
            await self._clock.sleep(limit.retry_after)
            await surface.post(place, card)


def _card(now: datetime) -> Card:
    key = CardKey(f"outage:{now:%Y%m%dT%H%M%S}")
    return Card(key, Urgency.ACT, "done", (Note("warning", WORDS),))
