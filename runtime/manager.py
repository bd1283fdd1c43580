"""AgentManager: opens, gets, lists and stops sessions; one per database and process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Self

from runtime import inbox
from runtime.agent.agent import Agent
from runtime.agent.toolrun import ToolRunner
from runtime.agent.turn import TurnMaker
from runtime.engine import LocalEngine
from runtime.errors import AetherError
from runtime.facts import Entry
from runtime.hub import Hub
from runtime.ids import Actor, Address, SessionId
from runtime.journal import DatabaseLock, FileArtifacts, SqlJournal, exclusive
from runtime.lock_watch import Unshared, watch
from runtime.parts import Parts, Settling
from runtime.ports import Artifacts, Clock, Journal, Lock, Refused, SessionRow, Settler
from runtime.session import Driver
from runtime.sessions import JournalSessions

if TYPE_CHECKING:
    from runtime.runtime import AetherRuntime

DRAIN_GRACE = 20.0  # seconds that running steps get at the end (engine.md section 4)


@dataclass(frozen=True, slots=True)
class House:
    """What lives while the manager is open."""

    journal: Journal
    engine: LocalEngine
    sessions: JournalSessions
    clock: Clock
    events_enabled: frozenset[str] | None
    redraw: Callable[[SessionId], None]
    """Brings the thread of a session to what there is, though nothing new was said."""


class AgentManager:
    """An async context manager: inside it, sessions are served. `parts` may be a coroutine
    function, for what can only be found out by asking (which model is there)."""

    def __init__(self, parts: Parts | Callable[[], Awaitable[Parts]]) -> None:
        self._parts = parts
        self._house: House | None = None
        self._serving: asyncio.Task[None] | None = None
        self._door = asyncio.Lock()
        self._guests = 0
        self._leave = asyncio.Event()  # a new one each time: it belongs to one event loop

    @property
    def sessions(self) -> JournalSessions:
        """The doors' way in and out."""
        return self.house.sessions

    @property
    def house(self) -> House:
        if self._house is None:
            raise AetherError("The manager is closed: use it inside `async with manager:`.")
        return self._house

    async def __aenter__(self) -> Self:
        """Take the database's lock and serve. Whoever comes while it is open shares it; the last
        one out closes it. Raises DatabaseBusy, Misconfigured."""
        async with self._door:
            if self._house is None:
                await self._enter()
            self._guests += 1
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        async with self._door:
            self._guests -= 1
            if self._guests == 0:
                self._house = None
                self._leave.set()
                if self._serving is not None:
                    await self._serving

    async def _enter(self) -> None:
        ready: asyncio.Future[House] = asyncio.get_running_loop().create_future()
        self._leave = asyncio.Event()
        # A task of its own holds the house: the caller may be a generator that ends elsewhere.
        self._serving = asyncio.create_task(self._serve(ready), name="manager")
        try:
            await asyncio.wait((ready, self._serving), return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            self._serving.cancel()  # nobody comes to leave the house
            await asyncio.wait((self._serving,))
            raise
        if not ready.done():
            await self._serving  # raises what kept the house from opening
        self._house = await ready

    async def _serve(self, ready: asyncio.Future[House]) -> None:
        parts = self._parts if isinstance(self._parts, Parts) else await self._parts()
        async with exclusive(parts.database_url, parts.address) as lock:
            try:
                async with open_house(parts, lock) as house:
                    ready.set_result(house)
                    await self._leave.wait()
            finally:
                await parts.model.aclose()

    async def served(self) -> None:
        """Until it serves no more. Raises what ended it, as when another process took over."""
        if self._serving is not None:
            await asyncio.shield(self._serving)

    def open(self, address: Address) -> AetherRuntime:
        """The session of this address; it begins with its first message."""
        from runtime.runtime import AetherRuntime

        runtime = AetherRuntime(address.thread, manager=self, platform=address.platform)
        runtime.address = address  # team and channel too
        return runtime

    async def get(self, session: SessionId) -> AetherRuntime | None:
        """A session that exists."""
        row = await self.house.journal.session(session)
        return None if row is None else self.open(row.address)

    async def list(self, limit: int = 100) -> list[SessionRow]:
        """The newest first."""
        return await self.sessions.list(limit)

    async def stop(self, session: SessionId, actor: Actor, message_id: str) -> str | None:
        """Stop the running task. The sentence that says why not, if it cannot be stopped."""
        row = await self.house.journal.session(session)
        if row is None:
            return f"There is no session {session}."
        answer = await self.sessions.tell(row.address, inbox.stop(actor, message_id))
        return answer.text if isinstance(answer, Refused) else None


@asynccontextmanager
async def open_house(parts: Parts, lock: DatabaseLock | None = None) -> AsyncGenerator[House]:
    """Journal, engine and driver, wired and serving; drained and closed at the end. Takes no lock:
    `AgentManager` does. Ends with DatabaseBusy, in a group, if another process takes it over."""
    proof = lock or Unshared()
    hub, engine = Hub(parts.clock), LocalEngine(parts.clock)
    artifacts = FileArtifacts(parts.data_dir / "artifacts")
    followers: list[Callable[[SessionId], None]] = []

    def published(session: SessionId, entries: Sequence[Entry]) -> None:
        hub.published(session, entries)
        engine.committed(session)
        for follow in followers:
            follow(session)

    opening = SqlJournal.open(
        parts.database_url,
        clock=parts.clock,
        artifacts=artifacts,
        wake=engine.wake,
        published=published,
        settled_in_append=parts.settled_in_append,
    )
    async with opening as journal:
        sessions = JournalSessions(journal, hub, engine, artifacts)
        settlers = parts.settlers(journal, sessions, proof)
        async with settlers as settling, asyncio.TaskGroup() as tasks:
            followers.append(settling.published)
            driver = driver_of(
                parts, journal, hub, engine, artifacts, tasks, settling.settlers, proof
            )
            tasks.create_task(engine.serve(driver.drive, journal), name="engine")
            watching = lock and tasks.create_task(
                watch(lock, parts.clock, *_switch(engine, settling, hub)), name="lock"
            )
            yield House(
                journal, engine, sessions, parts.clock, parts.events_enabled, settling.published
            )
            await engine.drain(DRAIN_GRACE)
            if watching:
                watching.cancel()


def _switch(
    engine: LocalEngine, settling: Settling, hub: Hub
) -> tuple[Callable[[], None], Callable[[], None]]:
    """What stops all work, and what begins it anew."""

    def halt() -> None:
        engine.halt()
        settling.halt()

    def resume() -> None:
        hub.reread()
        engine.resume()

    return halt, resume


def driver_of(
    parts: Parts,
    journal: Journal,
    hub: Hub,
    engine: LocalEngine,
    artifacts: Artifacts,
    tasks: asyncio.TaskGroup,
    settlers: Mapping[str, Settler],
    lock: Lock | None = None,
) -> Driver:
    """The driver and its agent, wired."""
    turns = TurnMaker(
        model=parts.model,
        toolbox=parts.toolbox,
        hub=hub,
        clock=parts.clock,
        instructions=parts.instructions,
        max_tokens=parts.max_tokens,
    )
    tools = ToolRunner(parts.toolbox, parts.sandbox, artifacts, hub, parts.clock)
    return Driver(
        journal=journal,
        agent=Agent(turns, tools, parts.sandbox, parts.clock, tasks.create_task),
        hub=hub,
        clock=parts.clock,
        terms=parts.terms,
        settlers=settlers,
        draining=lambda: engine.draining,
        lock=lock or Unshared(),
    )
