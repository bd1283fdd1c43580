"""Things done after the platform was answered: best effort, in the background."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from adapters.slack.error_codes import code_of
from runtime.errors import AetherError

log = structlog.get_logger(__name__)

_MOST = 1_000  # tasks at once; more is a flood


class BackgroundTasks:
    """An ephemeral note, a modal, the home tab; what Slack was told to send again. Nothing durable
    may depend on one."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def send(self, what: str, work: Coroutine[object, object, object]) -> None:
        """Start it. Its failure is logged under this name, and ends nothing."""
        if len(self._running) >= _MOST:
            work.close()
            log.warning("slack.errand_dropped", what=what)
            return
        task = asyncio.create_task(_done(what, work), name=f"slack {what}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        task.add_done_callback(lambda _: work.close())  # it may never have begun

    async def aclose(self) -> None:
        """Cancel those that run."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)


async def _done(what: str, work: Coroutine[object, object, object]) -> None:
    try:
        await work
    except SlackApiError as error:
        log.warning("slack.errand_refused", what=what, error=code_of(error))
    except (aiohttp.ClientError, TimeoutError, AetherError) as error:
        log.warning("slack.errand_failed", what=what, error=type(error).__name__)
    except Exception:
        log.exception("slack.errand_broken", what=what)
