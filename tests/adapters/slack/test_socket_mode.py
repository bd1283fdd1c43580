"""A socket that comes and goes: how long each new attempt waits, and what goes on meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from slack_bolt.async_app import AsyncApp
from slack_router import PATIENCE

from adapters.simulators.slack.simulator import Simulator, simulator
from adapters.slack.inbound.socket_mode import LOOK, STEADY, Connected, listen
from adapters.slack.installations.web import client
from runtime.clock import SystemClock
from runtime.testing.clock import START


@dataclass
class StandingClock:
    """Implements ports.Clock. Nobody waits really; `waits` are those before an attempt."""

    waits: list[float] = field(default_factory=list[float])
    passed: timedelta = timedelta()

    def now(self) -> datetime:
        return START + self.passed

    def monotonic(self) -> float:
        return self.passed.total_seconds()

    async def sleep(self, seconds: float) -> None:
        if seconds != LOOK:
            self.waits.append(seconds)
        await asyncio.sleep(0)


@asynccontextmanager
async def listening(
    slack: Simulator, clock: StandingClock, connected: Connected
) -> AsyncGenerator[None]:
    app = AsyncApp(client=client(slack.base_url, slack.bot_token))
    work = listen(app, slack.base_url, slack.app_token, clock, connected)
    task = asyncio.ensure_future(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def opened(slack: Simulator) -> int:
    return len(slack.calls.of("apps.connections.open"))


async def until(slack: Simulator, holds: Callable[[], bool]) -> None:
    await slack.until(holds, PATIENCE)


async def test_a_socket_that_drops_after_each_hello_is_opened_ever_more_slowly() -> None:
    clock = StandingClock()
    async with simulator(SystemClock()) as slack:

        async def connected() -> None:
            slack.drop_sockets()

        async with listening(slack, clock, connected):
            await until(slack, lambda: opened(slack) > 6)
    assert clock.waits[:6] == [0.0, 2.0, 5.0, 10.0, 30.0, 30.0]


async def test_the_first_attempt_after_a_steady_minute_is_made_at_once() -> None:
    clock, lost = StandingClock(), 0
    async with simulator(SystemClock()) as slack:

        async def connected() -> None:
            nonlocal lost
            lost += 1
            clock.passed += timedelta(seconds=STEADY if lost == 4 else 0.0)
            slack.drop_sockets()

        async with listening(slack, clock, connected):
            await until(slack, lambda: opened(slack) > 4)
    assert clock.waits[:4] == [0.0, 2.0, 5.0, 0.0]


async def test_a_socket_that_drops_during_the_catch_up_is_replaced_at_once() -> None:
    """Else nobody would listen until the whole gap was read."""
    clock, ended, running = StandingClock(), list[int](), 0
    async with simulator(SystemClock()) as slack:

        async def connected() -> None:
            nonlocal running
            running += 1
            number = running
            slack.service.changes.note()
            try:
                await asyncio.Event().wait()
            finally:
                ended.append(number)

        async with listening(slack, clock, connected):
            await until(slack, lambda: running == 1)
            slack.drop_sockets()
            await until(slack, lambda: running == 2)
            assert ended == [1], "its socket is gone, and the next one reads the gap"
    assert ended == [1, 2]
