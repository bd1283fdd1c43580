"""Events over HTTP that come late: Slack tries each four times in six minutes, then never again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import structlog

from adapters.ports.chat_platform import InboundContext
from adapters.slack.inbound.background_tasks import BackgroundTasks
from adapters.slack.thread_address import PLATFORM

log = structlog.get_logger(__name__)

_LATE = 2  # the number of the attempt that follows after a minute
_REST = 60.0
"""Seconds. Many events are late after an outage; they are about the same gap."""


class LateEvents:
    """One that could not reach us for a minute may be the first that does, of many."""

    def __init__(self, context: InboundContext, background: BackgroundTasks) -> None:
        self._front, self._errands = context, background
        self._read: float | None = None

    def heard(self, headers: Mapping[str, Sequence[str]]) -> None:
        """Reads again what people said, where the headers of an event say that it is late."""
        number, now = "".join(headers.get("x-slack-retry-num", ())), self._front.clock.monotonic()
        is_late = number.isascii() and number.isdecimal() and int(number[:4]) >= _LATE
        if is_late and (self._read is None or now - self._read >= _REST):
            self._read = now
            log.info("slack.late_event", attempt=number[:4])
            self._errands.send("catch-up", self._front.missed(PLATFORM))
