"""Settler, reconciler and pacer over the Discord surface: what a thread holds in the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from adapters_play import CALL, FILE, Play, Plays, started
from discord_sim_client import GIVE_UP
from discord_thread import Scene, logged_in, scene, words

from adapters.discord.outbound.surface import DiscordSurface
from adapters.reconcile.settler import SettlerContext, SurfaceSettler, by_platform
from adapters.simulators.discord.faults import Broken
from adapters.simulators.discord.faults import Unanswered as LostAnswer
from adapters.simulators.discord.message import Message
from adapters.testing.outbox import MemoryOutbox
from runtime.events import (
    Event,
    FileCreated,
    FileRef,
    Outcome,
    PlanCreated,
    ResponseChunk,
    ResponseComplete,
    ResponseStart,
    RunFinished,
    ToolCallChunk,
    ToolCallComplete,
    ToolCallStart,
)
from runtime.ids import StepId
from runtime.plan import Step
from runtime.testing.clock import START

TEXT = "A line of the answer, and *more*.\n\n" * 300
WORK: tuple[Event, ...] = (
    PlanCreated(steps=(Step(id=StepId("1"), title="Look"),)),
    ToolCallStart(call_id=CALL, tool="shell", summary="ls"),
)
REST: tuple[Event, ...] = (
    ToolCallComplete(call_id=CALL, output="a", seconds=1.0),
    FileCreated(file=FileRef(name="a.txt", artifact=FILE, size=1), call_id=CALL),
    ResponseStart(turn=2),
    ResponseChunk(turn=2, text=TEXT[:500]),
)
END: tuple[Event, ...] = (
    ResponseComplete(turn=2, text=TEXT),
    RunFinished(outcome=Outcome.DONE),
)


class Hurry:
    """Whoever waits for a time makes it pass."""

    def __init__(self) -> None:
        self._now = START

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._now.timestamp()

    async def sleep(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        await asyncio.sleep(0)


@dataclass
class Service:
    """One process that settles a play."""

    settler: SurfaceSettler
    play: Play
    tasks: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def see(self, *events: Event) -> None:
        self.play.see(*events)
        self.settler.published(self.play.session)

    async def rest(self) -> None:
        """Until nothing is left to do."""
        async with asyncio.timeout(GIVE_UP):
            while self.tasks:
                await asyncio.gather(*self.tasks)

    async def kill(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


@dataclass
class Thread:
    """A play in a thread of Discord, and what outlives processes."""

    there: Scene
    play: Play
    outbox: MemoryOutbox = field(default_factory=MemoryOutbox)

    @asynccontextmanager
    async def service(self) -> AsyncGenerator[Service]:
        plays = Plays(files={FILE: b"x"})
        plays.add(self.play)
        async with logged_in(self.there.twin) as client:
            surface = DiscordSurface(client, self.there.clock)
            connect = by_platform({"discord": surface})
            service: Service
            world = SettlerContext(
                plays, plays, self.outbox, Hurry(), connect, lambda work: service.start(work)
            )
            service = Service(SurfaceSettler(world), self.play)
            try:
                yield service
            finally:
                await service.kill()

    def said(self) -> list[Message]:
        return self.there.twin.said(self.there.twin.channel("Find the leak"))

    async def until(self, text: str) -> None:
        """Until a message of the thread shows it."""

        def shown() -> bool:
            threads = [c for c in self.there.twin.world.channels.values() if c.thread]
            return any(text in words(m) for c in threads for m in self.there.twin.said(c))

        await self.there.twin.until(shown)


@asynccontextmanager
async def thread() -> AsyncGenerator[Thread]:
    async with scene() as there:
        yield Thread(there, Play(started(), address=there.address))


def answers(messages: list[Message]) -> Iterator[str]:
    for message in messages:
        if message.body.components[0]["type"] == 10:
            yield words(message)


async def test_a_thread_holds_the_card_the_file_and_the_exact_answer() -> None:
    async with thread() as here, here.service() as service:
        service.see(*WORK)
        await here.until("Look")
        service.see(*REST)
        await here.until("A line of the answer")
        service.see(*END)
        await service.rest()
        said = here.said()
        kinds = [message.body.components[0]["type"] for message in said]
        assert (kinds[0], sorted(map(str, kinds))) == (17, ["10", "10", "10", "13", "17"]), (
            "the file stands anywhere"
        )
        assert "✅ Find the leak" in words(said[0])
        shown = "\n\n".join(answers(said))
        assert shown.split() == TEXT.split()


async def test_a_new_process_doubles_nothing() -> None:
    async with thread() as here:
        async with here.service() as service:
            here.there.twin.fail("send", LostAnswer())
            service.see(*WORK)
            await here.until("Look")  # it stands there, and nobody knows
        async with here.service() as service:
            service.see(*REST)
            await here.until("A line of the answer")
            await service.kill()
        async with here.service() as service:
            service.see(*END)
            await service.rest()
        said = here.said()
        kinds = [message.body.components[0]["type"] for message in said]
        assert (kinds[0], sorted(map(str, kinds))) == (17, ["10", "10", "10", "13", "17"])
        assert "✅ Find the leak" in words(said[0])
        assert "\n\n".join(answers(said)).split() == TEXT.split()


async def test_a_card_that_somebody_deletes_comes_back_once() -> None:
    async with thread() as here, here.service() as service:
        service.see(*WORK)
        await here.until("Look")
        here.there.twin.delete(here.said()[0])
        service.see(ToolCallComplete(call_id=CALL, output="a", seconds=1.0))
        await here.until("Look")
        assert len(here.said()) == 1


async def test_a_run_of_three_hours_goes_on_in_one_new_card_that_stays_fresh() -> None:
    async with thread() as here, here.service() as service:
        service.see(*WORK)
        await here.until("Look")
        for hour in (1, 2, 3):
            here.there.clock.advance(3_600)
            service.see(ToolCallChunk(call_id=CALL, text=f"hour {hour}\n"))
            await here.until(f"hour {hour}")
        service.see(*REST)
        service.see(*END)
        await service.rest()
        old, new, *_ = cards = [words(m) for m in here.said() if m.body.components[0]["type"] == 17]
        assert len(cards) == 2
        assert old.startswith("This goes on in a newer message: https://discord.com/channels/")
        assert "✅ Find the leak" in new


async def test_a_kill_between_the_old_card_and_the_new_one_loses_neither() -> None:
    """Nothing in memory says any more that the old one led on."""
    async with thread() as here:
        async with here.service() as service:
            service.see(*WORK)
            await here.until("Look")
            here.there.clock.advance(3_600)
            here.there.twin.fail("send", *[Broken(503)] * 1_000)
            service.see(ToolCallChunk(call_id=CALL, text="hour 1\n"))
            await here.there.twin.until(lambda: here.there.twin.calls[-1].status == 503)
        here.there.twin.front.faults.waiting.clear()
        async with here.service() as service:
            service.see(ToolCallChunk(call_id=CALL, text="hour 2\n"))
            await here.until("hour 2")
            here.there.clock.advance(7_200)
            service.see(ToolCallChunk(call_id=CALL, text="hour 4\n"))
            await here.until("hour 4")
            service.see(*REST)
            service.see(*END)
            await service.rest()
        old, new = [words(m) for m in here.said() if m.body.components[0]["type"] == 17]
        assert old.startswith("This goes on in a newer message: https://discord.com/channels/")
        assert "✅ Find the leak" in new
