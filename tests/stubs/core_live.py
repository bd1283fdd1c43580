"""A journal in memory behind the real hub and sessions, and a driver's output to show."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Self, cast

from core_log import ANN, SESSION, planned, turned

from runtime.engine import LocalEngine
from runtime.events import (
    Broadcast,
    Outcome,
    ResponseChunk,
    ResponseComplete,
    ResponseStart,
    RunFinished,
    RunStarted,
    ThinkingChunk,
    ThinkingComplete,
    ThinkingStart,
    ToolCallChunk,
    ToolCallComplete,
    ToolCallStart,
    Usage,
)
from runtime.facts import Entry, Fact, is_shown
from runtime.folds.view import project
from runtime.ids import NO_SEQ, Address, RunId, Seq, SessionId, run_id
from runtime.live.hub import Hub
from runtime.live.sessions import JournalSessions
from runtime.ports import Artifacts, Journal, SessionRow
from runtime.testing.clock import START, ManualClock
from runtime.view import ThreadView

ADDRESS = Address(platform="test", thread="t")


async def settle(times: int = 30) -> None:
    """Let every task go on until all of them wait."""
    for _ in range(times):
        await asyncio.sleep(0)


@dataclass
class Stage:
    """What is committed, and what of it was published. `slow` is how many rounds of the loop pass
    between reading the rows and having them."""

    slow: int = 0
    entries: list[Entry] = field(default_factory=list[Entry])
    hub: Hub = field(default_factory=lambda: Hub(ManualClock()))
    published: int = 0
    run: RunId | None = None

    def commit(self, *facts: Fact) -> None:
        for fact in facts:
            self.run = fact.run_id if isinstance(fact, RunStarted) else self.run
            seq = Seq(len(self.entries) + 1)
            self.entries.append(Entry(SESSION, seq, START, self.run, fact))

    def publish(self) -> None:
        self.hub.published(SESSION, self.entries[self.published :])
        self.published = len(self.entries)

    def say(self, *facts: Fact) -> None:
        self.commit(*facts)
        self.publish()

    def chunk(self, event: Broadcast) -> None:
        self.hub.broadcast(SESSION, self.run, event)

    # --- what JournalSessions asks of a journal ---

    @property
    def snapshots(self) -> Self:
        return self

    async def views(self, session: SessionId, upto: Seq, limit: int) -> list[str]:
        return []

    async def read(self, session: SessionId, after: Seq = NO_SEQ) -> list[Entry]:
        rows = [entry for entry in self.entries if entry.seq > after]
        for _ in range(self.slow):
            await asyncio.sleep(0)
        return rows

    async def session(self, session: SessionId) -> SessionRow:
        shown = [entry.seq for entry in self.entries if is_shown(entry.fact)]
        return SessionRow(
            session, ADDRESS, Seq(len(self.entries)), max(shown, default=NO_SEQ), NO_SEQ,
            awake=False, due_at=None, updated_at=START,
        )  # fmt: skip

    def sessions(self) -> JournalSessions:
        journal = cast(Journal, self)  # of a journal, viewers need no more than this
        artifacts = cast(Artifacts, self)
        return JournalSessions(journal, self.hub, LocalEngine(ManualClock()), artifacts)


@dataclass
class Viewer:
    """Folds what `events` gives, `lazy` rounds of the loop after each."""

    stage: Stage
    lazy: int = 0
    view: ThreadView = field(default_factory=lambda: ThreadView(SESSION))
    seen: list[tuple[int, int | None]] = field(default_factory=list[tuple[int, "int | None"]])

    async def watch(self) -> None:
        async with aclosing(self.stage.sessions().events(SESSION)) as events:
            async for envelope in events:
                self.view = project(self.view, envelope)
                self.seen.append((envelope.seq, envelope.delta))
                for _ in range(self.lazy):
                    await asyncio.sleep(0)


Step = tuple[Fact, ...] | Broadcast
"""An append, or a chunk."""


@dataclass(frozen=True)
class Try:
    """One attempt at a turn: blocks of thinking, pieces of text, and after which it opens."""

    thinking: int = 0
    pieces: int = 2
    opens: int = 9
    thinks_again: bool = False


def attempt(plan: Try, turn: int, number: int) -> list[Step]:
    """What a driver sends while it streams, without the end of the turn."""
    steps: list[Step] = []
    for block in range(plan.thinking):
        steps += _thinking(turn, number, f"{block}")
    for piece in range(plan.pieces):
        if piece == plan.opens:
            steps.append((ResponseStart(turn=turn, attempt=number),))
        steps.append(ResponseChunk(turn=turn, attempt=number, text=f"<{turn}.{number}.{piece}>"))
        if plan.thinks_again and piece == 0:
            steps += _thinking(turn, number, "again")
    return steps


def _thinking(turn: int, number: int, word: str) -> list[Step]:
    done = ThinkingComplete(turn=turn, attempt=number, text=f"{word}{word}", seconds=1.0)
    chunk = ThinkingChunk(turn=turn, attempt=number, text=word)
    return [(ThinkingStart(turn=turn, attempt=number),), chunk, chunk, (done,)]


def a_turn(tries: Sequence[Try], turn: int, *, call: bool) -> list[Step]:
    """Failed attempts, then one that ends in a call, or in text without one."""
    steps = [s for n, plan in enumerate(tries, 1) for s in attempt(plan, turn, n)]
    last, number = tries[-1], len(tries)
    text = "".join(f"<{turn}.{number}.{piece}>" for piece in range(last.pieces))
    end: list[Fact] = [Usage(turn=turn, attempt=number, input_tokens=1, output_tokens=1)]
    if call and text:
        end.insert(0, ResponseComplete(turn=turn, text=text, final=False))
    if not call and last.opens >= last.pieces:
        end.insert(0, ResponseStart(turn=turn, attempt=number))
    calls = (planned(1, turn),) if call else ()
    steps.append((*end, turned(*calls, turn=turn, text=text)))
    if not call:
        return [*steps, (ResponseComplete(turn=turn, text=text),)]
    name = planned(1, turn).call_id
    begun = ToolCallStart(call_id=name, tool="shell", summary="s")
    output = ToolCallChunk(call_id=name, text="out")
    return [
        *steps, (begun,), output, output, (begun.model_copy(update={"attempt": 2}),), output,
        (ToolCallComplete(call_id=name, output="all"),),
    ]  # fmt: skip


def started(ordinal: int = 1) -> Fact:
    return RunStarted(run_id=run_id(SESSION, ordinal), title="t", requester=ANN)


def finished() -> Fact:
    return RunFinished(outcome=Outcome.DONE)
