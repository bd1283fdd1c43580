"""Things that arrive several times, done once."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable

from adapters.ports.inbound import Receipt

_KEPT = 4_096  # keys; one that is forgotten costs an append that the journal knows already


class Deduplicator:
    """Slack sends a mention as two events, and every event again where it got no answer. The
    journal's keys make doing it again harmless; this makes it rare."""

    def __init__(self) -> None:
        self._tasks: OrderedDict[Hashable, asyncio.Task[Receipt]] = OrderedDict()

    async def do(self, key: Hashable, act: Callable[[], Awaitable[Receipt]]) -> Receipt | None:
        """The receipt for the first who comes; None for the others, after it is done. Raises what
        `act` raises, for everyone who waits; the next one tries again."""
        first = key not in self._tasks
        if first:
            self._keep(key, asyncio.ensure_future(_awaited(act())))
        receipt = await asyncio.shield(self._tasks[key])
        return receipt if first else None

    def _keep(self, key: Hashable, task: asyncio.Task[Receipt]) -> None:
        self._tasks[key] = task
        task.add_done_callback(lambda done: self._forget_failed(key, done))
        while len(self._tasks) > _KEPT and next(iter(self._tasks.values())).done():
            self._tasks.popitem(last=False)

    def _forget_failed(self, key: Hashable, task: asyncio.Task[Receipt]) -> None:
        if task.cancelled() or task.exception() is not None:
            self._tasks.pop(key, None)


async def _awaited(act: Awaitable[Receipt]) -> Receipt:
    return await act
