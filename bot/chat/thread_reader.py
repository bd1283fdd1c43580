"""Reading threads: by the pacer, and again where the platform wants us to wait."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from adapters.pace.pacer import CallRequest, Pacer
from adapters.ports.cards import Urgency
from adapters.ports.errors import RateLimited
from adapters.ports.inbound import Reply
from adapters.reconcile.settler import Connect
from runtime.ids import Address

_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class ThreadReader:
    connect: Connect
    pacer: Pacer

    async def after(self, address: Address, message: str) -> tuple[Reply, ...]:
        """What people wrote after this message ("" for all of it), oldest first; nothing where no
        connection serves the address. Raises SurfaceFault."""
        surface = self.connect(address)
        if surface is None:
            return ()
        request = CallRequest(surface.cost(address, "history"), Urgency.ACT, self.pacer.now())
        for attempt in range(_ATTEMPTS):
            try:
                async with self.pacer.permit(lambda: (request,), asyncio.Event()):
                    return await surface.history(address, message)
            except RateLimited:  # the pacer knows how long to wait
                if attempt == _ATTEMPTS - 1:
                    raise
        raise AssertionError("the last attempt returns or raises")
