"""SandboxWatch: whether tools can run now, looked at now and then, said once when it changes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from runtime.errors import SandboxUnavailable
from runtime.ports import Clock

log = structlog.get_logger(__name__)

EVERY = 15.0
"""Seconds between two looks: so soon after its cure a trouble is no longer shown."""


class SandboxWatch:
    """`problem` is why commands and files are refused, with the remedy; "" while they work."""

    def __init__(self, check: Callable[[], Awaitable[None]], clock: Clock) -> None:
        self._check, self._clock = check, clock
        self.problem = ""

    async def serve(self) -> None:
        """Until cancelled."""
        while True:
            await self.look()
            await self._clock.sleep(EVERY)

    async def look(self) -> None:
        before, self.problem = self.problem, await self._found()
        if self.problem and self.problem != before:
            log.warning("sandbox.unavailable", why=self.problem, effect="commands are refused")
        if before and not self.problem:
            log.info("sandbox.available")

    async def _found(self) -> str:
        try:
            await self._check()
        except SandboxUnavailable as error:
            return str(error)
        return ""
