"""How often a thread is shown anew with Discord's budgets, in virtual time; and that a bucket of
five edits in five seconds is never found empty by frames."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from itertools import pairwise

import discord
import pytest
from adapters_play import Play, Plays, Process, started

from adapters.discord.outbound import rate_limits
from adapters.ports.cards import Card
from adapters.ports.rate_limit import RateLimit
from adapters.ports.surface import Ref, Verb
from adapters.testing.memory import MemorySurface
from adapters.testing.outbox import MemoryOutbox
from adapters.testing.virtual import LoopClock, run_virtual
from runtime.events import Outcome, ResponseChunk, ResponseComplete, ResponseStart, RunFinished
from runtime.ids import Address

LATENCY, SECONDS, RATE = 0.1, 20, 40


@dataclass(frozen=True, slots=True)
class Watched(MemorySurface):
    """Notes when which thread begins to be edited. Its messages are young."""

    edits: dict[Address, list[float]] = field(default_factory=dict[Address, list[float]])

    def cost(
        self, address: Address, verb: Verb, card: Card | None = None, ref: Ref | None = None
    ) -> tuple[RateLimit, ...]:
        now = self.clock.now()
        young = ref and Ref(place=ref.place, message=str(discord.utils.time_snowflake(now)))
        return rate_limits.cost(address, verb, card, young, now)

    async def edit(self, ref: Ref, card: Card) -> None:
        times = self.edits.setdefault(ref.place.address, [])
        times.append(asyncio.get_running_loop().time())
        await super(Watched, self).edit(ref, card)


async def _streams(count: int) -> Watched:
    """So many answers grow at once for SECONDS."""
    surface = Watched(LoopClock(), latency=LATENCY)
    plays = [
        Play(started(), address=Address(platform="memory", channel=str(n), thread=str(n)))
        for n in range(count)
    ]
    known = Plays()
    known.add(*plays)
    process = Process(known, surface, MemoryOutbox(), LoopClock())
    for play in plays:
        play.see(ResponseStart(turn=1), ResponseChunk(turn=1, text="w "))
        process.settler.published(play.session)
    for _ in range(SECONDS * RATE):
        await asyncio.sleep(1 / RATE)
        for play in plays:
            play.see(ResponseChunk(turn=1, text="w "))
    for play in plays:
        play.see(ResponseComplete(turn=1, text="w " * (SECONDS * RATE + 1)))
        play.see(RunFinished(outcome=Outcome.DONE))
        process.settler.published(play.session)
    while not process.quiet:  # noqa: ASYNC110 -- time is virtual: looking costs nothing
        await asyncio.sleep(0.05)
    return surface


@pytest.mark.parametrize("count", [1, 10])
def test_every_thread_is_shown_anew_each_second(count: int) -> None:
    surface = run_virtual(_streams(count))
    assert len(surface.edits) == count
    for times in surface.edits.values():
        *frames, final = times
        gaps = [later - first for first, later in pairwise(frames)]
        assert min(gaps) >= 1.0
        assert max(gaps) <= 1.3
        assert final - SECONDS <= 1.0
