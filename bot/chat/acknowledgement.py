"""The first sign of life: that somebody was heard, before anything is thought or posted."""

from __future__ import annotations

import asyncio
import traceback
from dataclasses import dataclass

import structlog

from adapters.pace.pacer import CallRequest, Pacer
from adapters.ports.cards import Urgency
from adapters.ports.inbound import Mention, Reply
from adapters.ports.surface import Place, Ref, Surface
from adapters.reconcile.settler import Connect
from runtime.errors import AetherError
from runtime.events import Phase

log = structlog.get_logger(__name__)

_LATE = 5.0  # seconds after which the card is there, and the sign says nothing new


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Best effort; never raises."""

    connect: Connect
    pacer: Pacer

    async def show(self, said: Mention | Reply) -> None:
        surface = self.connect(said.address)
        if surface is None:
            return
        try:
            async with asyncio.timeout(_LATE):
                await self._show(surface, said)
        except (AetherError, TimeoutError) as fault:
            log.info("sign.failed", platform=said.address.platform, why=str(fault) or "too late")
        except Exception:  # noqa: BLE001 -- nobody waits for it: raised here, it would end all
            log.error("sign.broke", exception=traceback.format_exc())

    async def _show(self, surface: Surface, said: Mention | Reply) -> None:
        place = Place(address=said.address, channel=said.channel or said.address.channel)
        rate_limits = surface.cost(
            said.address, "signal", ref=Ref(place=place, message=said.message_id)
        )
        request = CallRequest(rate_limits, Urgency.ACT, self.pacer.now())
        async with self.pacer.permit(lambda: (request,), asyncio.Event()):
            await surface.signal(said.address, said.message_id, Phase.PLANNING)
