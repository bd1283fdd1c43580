"""One thread on a platform in memory, and the process that shows a play there."""

from __future__ import annotations

import asyncio

from adapters_play import FILE, SESSION, Play, Plays, Process, started

from adapters.ports.cards import Card
from adapters.testing.memory import Books, MemorySurface
from adapters.testing.outbox import MemoryOutbox
from adapters.testing.virtual import LoopClock
from runtime.events import Event, Outcome, ResponseComplete, ResponseStart, RunFinished
from runtime.ids import Seq

ANSWERED = (started(), ResponseStart(turn=1), ResponseComplete(turn=1, text="Forty-two."))
DONE = (*ANSWERED, RunFinished(outcome=Outcome.DONE))


class Stage:
    """Time is virtual."""

    def __init__(
        self,
        *events: Event,
        plays: Plays | None = None,
        surface: type[MemorySurface] = MemorySurface,
    ) -> None:
        self.surface = surface
        self.play, self.plays = Play(*events), plays or Plays(files={FILE: b"x"})
        self.plays.add(self.play)
        self.books, self.outbox = Books(), MemoryOutbox()
        self.process = self.start()

    def start(self) -> Process:
        surface = self.surface(LoopClock(), self.books, latency=0.1)
        self.process = Process(self.plays, surface, self.outbox, LoopClock())
        return self.process

    async def settle(self) -> Seq:
        """As the driver and the sweep do."""
        for _ in range(20):
            exact = await self.process.settler.settle(SESSION)
            await asyncio.sleep(5)
            if exact == self.play.seq and self.process.quiet:
                return exact
        raise AssertionError("it does not settle")

    async def watch(self) -> None:
        """Follow a task that goes on."""
        self.process.settler.published(SESSION)
        await asyncio.sleep(20)

    def said(self) -> list[str]:
        return [
            repr(message.said[-1].blocks)
            for message in self.books.standing().values()
            if isinstance(message.said[-1], Card)
        ]
