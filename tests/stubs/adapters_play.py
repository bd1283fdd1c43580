"""A session without a runtime: events are folded into a view that a settler follows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from adapters.ports.surface import Surface
from adapters.reconcile.settler import SettlerContext, SurfaceSettler, by_platform
from adapters.testing.feed import MemoryFeed
from adapters.testing.memory import MemorySurface
from adapters.testing.outbox import MemoryOutbox
from runtime.errors import ToolError
from runtime.events import (
    Envelope,
    Event,
    ResponseChunk,
    RunStarted,
    ThinkingChunk,
    ToolCallChunk,
)
from runtime.facts import Fact
from runtime.folds.view import project
from runtime.ids import (
    NO_SEQ,
    Actor,
    Address,
    ArtifactHash,
    CallId,
    RunId,
    Seq,
    SessionId,
    approval_id,
    call_id,
    question_id,
    run_id,
    session_id,
)
from runtime.ports import (
    EVERYWHERE,
    Appended,
    Clock,
    Guard,
    Known,
    No,
    Refused,
    Scope,
    SessionRow,
    Verb,
    ViewFeed,
    Yes,
)
from runtime.view import ThreadView

ADDRESS = Address(platform="memory", team="t", channel="c", thread="1")
SESSION = session_id(ADDRESS)
RUN = run_id(SESSION, 1)
ANN = Actor(id="ann", name="Ann")
BOB = Actor(id="bob", name="Bob")
CALL = call_id(RUN, 1, 1)
GATE = approval_id(CALL, 1)
QUESTION = question_id(RUN, 1)
FILE = ArtifactHash("f" * 64)

CHUNKS = (ThinkingChunk, ToolCallChunk, ResponseChunk)


def started(ordinal: int = 1, session: SessionId = SESSION) -> RunStarted:
    return RunStarted(
        run_id=run_id(session, ordinal), title="Find the leak", requester=ANN, model="demo"
    )


def calls(turn: int) -> CallId:
    return call_id(RUN, turn, 1)


class Play:
    """One session. Times of events are one second apart, whatever a clock says."""

    def __init__(self, *events: Event, address: Address = ADDRESS) -> None:
        self.address, self.session = address, session_id(address)
        self.view = ThreadView(self.session)
        self.seq, self._delta = 0, 0
        self._recorded: list[Envelope] = []
        self.feeds: list[MemoryFeed] = []
        self.see(*events)

    def see(self, *events: Event) -> ThreadView:
        for event in events:
            envelope = self._envelope(event)
            if envelope.delta is None:
                self._recorded.append(envelope)
            self.view = project(self.view, envelope)
        for feed in self.feeds:
            feed.show(self.view)
        return self.view

    def _envelope(self, event: Event) -> Envelope:
        chunk = isinstance(event, CHUNKS)
        self._delta = self._delta + 1 if chunk else 0
        self.seq += not chunk
        run: RunId | None = self.view.run.run_id if self.view.run else None
        return Envelope(
            session_id=self.session,
            run_id=run,
            seq=Seq(self.seq),
            at=_time(self.seq),
            delta=self._delta if chunk else None,
            event=event,
        )

    def lose_chunks(self) -> None:
        """What a new process knows: the record."""
        self.view = ThreadView(self.session)
        self.feeds.clear()
        for envelope in self._recorded:
            self.view = project(self.view, envelope)

    @property
    def row(self) -> SessionRow:
        seq = Seq(self.seq)
        return SessionRow(
            self.session, self.address, seq, seq, NO_SEQ, awake=True, due_at=None,
            updated_at=_time(0),
        )  # fmt: skip


def _time(seq: int) -> datetime:
    return datetime.fromisoformat("2026-01-01T00:00:00+00:00") + timedelta(seconds=seq)


@dataclass(slots=True)
class Plays:
    """Implements ports.Sessions and settler.Rows for several plays."""

    plays: dict[SessionId, Play] = field(default_factory=dict[SessionId, Play])
    files: dict[ArtifactHash, bytes] = field(default_factory=dict[ArtifactHash, bytes])

    def add(self, *plays: Play) -> None:
        self.plays |= {play.session: play for play in plays}

    async def tell(
        self, address: Address, facts: Sequence[Fact] | Guard, *, run_id: RunId | None = None
    ) -> Appended | Known | Refused:
        return Refused("nobody acts in a play")

    async def view(self, session: SessionId, after: Seq = NO_SEQ) -> ViewFeed:
        play = self.plays[session]
        feed = MemoryFeed(play.view)
        play.feeds.append(feed)
        return feed

    async def events(
        self, session: SessionId, after: Seq = NO_SEQ
    ) -> AsyncGenerator[Envelope, None]:
        for envelope in ():
            yield envelope

    async def exists(self, address: Address) -> bool:
        return session_id(address) in self.plays

    async def unfinished(self, limit: int = 100, scope: Scope = EVERYWHERE) -> list[SessionRow]:
        raise AssertionError("a play asks for no tasks")

    async def list(self, limit: int = 100, scope: Scope = EVERYWHERE) -> list[SessionRow]:
        return [play.row for play in self.plays.values()]

    async def may(self, actor: Actor, verb: Verb, address: Address, **known: Any) -> Yes | No:
        return Yes()

    async def artifact(self, session: SessionId, name: ArtifactHash) -> bytes:
        try:
            return self.files[name]
        except KeyError:
            raise ToolError(f"no artifact {name}") from None

    async def session(self, session: SessionId) -> SessionRow | None:
        play = self.plays.get(session)
        return play.row if play else None


class Process:
    """One process's settler over a surface. `kill` ends it as SIGKILL would: in mid-call."""

    def __init__(
        self, plays: Plays, surface: MemorySurface, outbox: MemoryOutbox, clock: Clock
    ) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self.connected: dict[str, Surface] = {"memory": surface}
        world = SettlerContext(
            plays, plays, outbox, clock, by_platform(self.connected), start=self._start
        )
        self.settler = SurfaceSettler(world)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def quiet(self) -> bool:
        return not self._tasks

    async def kill(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
