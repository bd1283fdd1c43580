"""Keeps a platform connected: what fails is logged and tried again."""

from __future__ import annotations

import traceback

import structlog

from adapters.ports.chat_platform import InboundContext, Platform
from runtime.errors import Misconfigured

log = structlog.get_logger(__name__)

_START = 60.0  # seconds
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0  # seconds before it is connected again, doubling
_STEADY = 300.0  # seconds; connected for so long, it counts as mended


async def supervise(platform: Platform, context: InboundContext) -> None:
    """Serve until cancelled. Raises Misconfigured within the first minute only.

    A wrong token is a wrong setting like any other: whoever starts the service is there to read
    it, and a service without its platform would look healthy. A token that is revoked later must
    not take the workbench and the other platforms away.
    """
    began, failures = context.clock.monotonic(), 0
    while True:
        since = context.clock.monotonic()
        try:
            await platform.serve(context)
            log.warning("platform.left", platform=platform.name)
        except Misconfigured as error:
            if context.clock.monotonic() - began < _START:
                raise
            log.error("platform.refused", platform=platform.name, why=str(error))
        except Exception:  # noqa: BLE001 -- the edge of a platform; the others go on
            # Without local variables: they hold people's words.
            why = traceback.format_exc()
            log.error("platform.failed", platform=platform.name, exception=why)
        failures = 0 if context.clock.monotonic() - since > _STEADY else failures + 1
        await context.clock.sleep(min(_FIRST_WAIT * 2 ** max(failures - 1, 0), _LONGEST_WAIT))
