"""A process that shows plays in a local Slack, with the real reconciler."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any

from adapters_play import Play, Plays
from slack_stage import Stage

from adapters.reconcile.settler import SettlerContext, SurfaceSettler, by_platform
from adapters.slack.outbound.surface import SlackSurface
from adapters.testing.outbox import MemoryOutbox
from runtime.events import Event


class HastyClock:
    """Real time, forty times as fast: nobody waits a second for the next post."""

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.monotonic(), UTC)

    def monotonic(self) -> float:
        return time.monotonic() * 40

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / 40)


class Connected:
    """One process that follows the play on Slack."""

    def __init__(self, it: Stage, plays: Plays, outbox: MemoryOutbox, surface: SlackSurface):
        self._tasks: set[asyncio.Task[None]] = set()
        world = SettlerContext(
            plays, plays, outbox, it.clock, by_platform({"slack": surface}), start=self._start
        )
        self.settler = SurfaceSettler(world)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def see(self, play: Play, *events: Event) -> None:
        """Each is followed until something of it was called, or the thread is exact."""
        for event in events:
            play.see(event)
            self.settler.published(play.session)
            await self.settler.settle(play.session)

    async def settled(self, play: Play) -> None:
        async with asyncio.timeout(60):
            while await self.settler.settle(play.session) < play.seq:
                pass
            while self._tasks:
                await asyncio.wait(self._tasks)

    async def kill(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
