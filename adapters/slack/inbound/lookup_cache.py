"""What Slack was asked about people and channels, remembered for a while."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import structlog
from pydantic import ValidationError

from adapters.ports.errors import RateLimited, SurfaceFault
from adapters.slack.error_codes import OF_TOKEN
from adapters.slack.outbound.errors import Refusal
from runtime.ports import Clock

log = structlog.get_logger(__name__)

_PATIENCE = 1.5  # seconds: the event must be acknowledged within 3
_PAUSE = 0.2  # seconds before it is asked again, within that patience
_MOST = 4_096  # answers

Key = tuple[str, str, str]
"""Workspace, what is asked, about whom."""
Asked = TypeVar("Asked")


@dataclass(frozen=True, slots=True)
class _Known:
    value: Any
    until: float


class LookupCache:
    """Nobody waits for an answer longer than a moment, and those who want the same wait for the
    same one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: OrderedDict[Key, _Known] = OrderedDict()
        self._asking: dict[Key, asyncio.Task[Any]] = {}
        self._told: set[tuple[str, str]] = set()

    async def ask(
        self,
        key: Key,
        question: Callable[[], Awaitable[Asked]],
        kept: timedelta,
        *,
        refused: Asked,
        silent: Asked,
    ) -> Asked:
        """From memory, or from Slack: `refused` if it will not say, `silent` if it does not say
        now, which is not remembered. `question` may raise SurfaceFault and ValidationError."""
        known = self._known.get(key)
        if known is not None and self._clock.monotonic() < known.until:
            return known.value
        if key not in self._asking:
            task = asyncio.ensure_future(self._look(key, question, kept, refused, silent))
            self._asking[key] = task
            task.add_done_callback(lambda _: self._asking.pop(key, None))
        return await asyncio.shield(self._asking[key])

    async def _look(
        self,
        key: Key,
        question: Callable[[], Awaitable[Asked]],
        kept: timedelta,
        refused: Asked,
        silent: Asked,
    ) -> Asked:
        try:
            async with asyncio.timeout(_PATIENCE):
                value = await self._insist(question)
        except Refusal as refusal:
            self._complain(key[0], str(refusal))
            value = refused
        except (ValidationError, TimeoutError):
            return silent
        self._known[key] = _Known(value, self._clock.monotonic() + kept.total_seconds())
        self._known.move_to_end(key)
        if len(self._known) > _MOST:
            self._known.popitem(last=False)
        return value

    async def _insist(self, question: Callable[[], Awaitable[Asked]]) -> Asked:
        """Raises Refusal of what is asked and ValidationError; every other trouble may be over in a
        moment."""
        while True:
            try:
                return await question()
            except Refusal as refusal:
                if refusal.code not in OF_TOKEN:
                    raise
                await self._clock.sleep(_PAUSE)
            except RateLimited as limit:
                await self._clock.sleep(limit.retry_after)
            except SurfaceFault:
                await self._clock.sleep(_PAUSE)

    def _complain(self, team: str, why: str) -> None:
        """Once for each reason in a workspace."""
        if (team, why) not in self._told:
            self._told.add((team, why))
            log.warning("slack.lookup_refused", team=team, why=why)
