"""What was said while nobody heard it."""

from __future__ import annotations

import asyncio
import traceback

import structlog

from adapters.ports.chat_platform import InboundContext
from runtime.errors import AetherError

log = structlog.get_logger(__name__)

_AGAIN = 15.0  # seconds


class CatchUp:
    """Reads again once for all new sessions that came since: shards connect one by one."""

    def __init__(self, context: InboundContext) -> None:
        self._front = context
        self._due = asyncio.Event()

    def connected(self) -> None:
        self._due.set()

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            await self._due.wait()
            self._due.clear()
            try:
                await self._front.missed("discord")
            except AetherError as error:
                log.warning("discord.catch_up_failed", error=str(error))
                await self._front.clock.sleep(_AGAIN)
                self._due.set()
            except Exception:  # noqa: BLE001 -- what breaks it must not end the hearing
                log.error("discord.catch_up_broke", exception=traceback.format_exc())
