"""A host serves one database while somebody is inside: journal, engine and drivers, wired."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Self

from runtime.dependencies import Dependencies, Settling
from runtime.driver_pool import DriverContext, DriverPool
from runtime.engine import LocalEngine
from runtime.errors import AetherError
from runtime.facts import Entry
from runtime.ids import SessionId
from runtime.journal import DatabaseLock, FileArtifacts, SqlJournal, exclusive
from runtime.live.hub import Hub
from runtime.live.kept import KeptFolds
from runtime.live.sessions import JournalSessions
from runtime.live.snapshots import SnapshotWriter
from runtime.lock_watch import Unshared, watch
from runtime.outage import Outage
from runtime.ports import Artifacts, Clock, Journal, Lock, SessionRow

Follower = Callable[[SessionId, Sequence[Entry]], None]
"""Told what was committed."""

DRAIN_GRACE = 20.0  # seconds that running steps get at the end (engine.md section 4)


@dataclass(frozen=True, slots=True)
class HostState:
    """What lives while the host is open. `hire` has a session driven by parts of its own."""

    journal: Journal
    engine: LocalEngine
    sessions: JournalSessions
    clock: Clock
    events_enabled: frozenset[str] | None
    redraw: Callable[[SessionId], None]
    """Brings the thread of a session to what there is, though nothing new was said."""
    hire: Callable[[SessionId, Dependencies], None]
    outage: Outage = field(default_factory=Outage)


class Host:
    """An async context manager: inside it, sessions are served. `parts` may be a coroutine
    function, for what can only be found out by asking (which model is there). At the end running
    steps get `grace` seconds."""

    def __init__(
        self,
        dependencies: Dependencies | Callable[[], Awaitable[Dependencies]],
        grace: float = DRAIN_GRACE,
    ) -> None:
        self._parts = dependencies
        self._grace = grace
        self._state: HostState | None = None
        self._serving: asyncio.Task[None] | None = None
        self._opening = asyncio.Lock()
        self._clients = 0
        self._leave = asyncio.Event()  # a new one each time: it belongs to one event loop

    @property
    def sessions(self) -> JournalSessions:
        """The doors' way in and out."""
        return self.service.sessions

    @property
    def service(self) -> HostState:
        if self._state is None:
            raise AetherError("The manager is closed: use it inside `async with manager:`.")
        return self._state

    def now(self) -> datetime:
        return self.service.clock.now()

    def redraw(self, session: SessionId) -> None:
        self.service.redraw(session)

    async def drain(self, grace: float) -> None:
        """No new steps; running ones get so many seconds."""
        await self.service.engine.drain(grace)

    @property
    def journal(self) -> Journal:
        return self.service.journal

    async def session(self, session: SessionId) -> SessionRow | None:
        return await self.journal.session(session)

    async def entries(self, session: SessionId) -> Sequence[Entry]:
        return await self.journal.read(session)

    async def list(self, limit: int = 100) -> list[SessionRow]:
        """The newest first."""
        return await self.sessions.list(limit)

    async def __aenter__(self) -> Self:
        """Take the database's lock and serve. Whoever comes while it is open shares it; the last
        one out closes it. Raises DatabaseBusy, Misconfigured."""
        self._clients += 1  # before the door: whoever leaves meanwhile must not close it
        try:
            async with self._opening:
                if self._state is None:
                    await self._enter()
        except BaseException:
            self._clients -= 1
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._clients -= 1  # before the door: one who is cancelled there has left
        async with self._opening:
            if self._clients == 0 and self._state is not None:
                self._state = None
                self._leave.set()
                if self._serving is not None:
                    await self._serving

    async def _enter(self) -> None:
        ready: asyncio.Future[HostState] = asyncio.get_running_loop().create_future()
        self._leave = asyncio.Event()
        # A task of its own holds the service: the caller may be a generator that ends elsewhere.
        self._serving = asyncio.create_task(self._serve(ready), name="manager")
        try:
            await asyncio.wait((ready, self._serving), return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            self._serving.cancel()  # nobody comes to leave the service
            await asyncio.wait((self._serving,))
            raise
        if not ready.done():
            await self._serving  # raises what kept the service from opening
        self._state = await ready

    async def _serve(self, ready: asyncio.Future[HostState]) -> None:
        dependencies = self._parts if isinstance(self._parts, Dependencies) else await self._parts()
        async with exclusive(dependencies.database_url, dependencies.address) as lock:
            try:
                async with open_host(dependencies, lock, self._grace) as service:
                    ready.set_result(service)
                    await self._leave.wait()
            finally:
                await dependencies.models.aclose()

    async def served(self) -> None:
        """Until it serves no more. Raises what ended it, as when another process took over."""
        if self._serving is not None:
            await asyncio.shield(self._serving)


@asynccontextmanager
async def open_host(
    dependencies: Dependencies, lock: DatabaseLock | None = None, grace: float = DRAIN_GRACE
) -> AsyncGenerator[HostState]:
    """Journal, engine and drivers, wired and serving; drained and closed at the end. Takes no lock:
    `Host` does. Ends with DatabaseBusy, in a group, if another process takes it over."""
    proof, outage = lock or Unshared(), Outage()
    hub, engine = Hub(dependencies.clock), LocalEngine(dependencies.clock, outage)
    artifacts = FileArtifacts(dependencies.data_dir / "artifacts")
    followers: list[Follower] = []
    async with _opening(dependencies, hub, engine, artifacts, followers) as journal:
        sessions = JournalSessions(journal, hub, engine, artifacts)
        opening = dependencies.settlers(journal, sessions, proof)
        async with opening as settling, asyncio.TaskGroup() as tasks:
            snapshots = SnapshotWriter(journal)
            followers += [_only_session(settling.published), snapshots.published]
            kept, settlers = KeptFolds(journal), settling.settlers
            place = DriverContext(
                journal, hub, engine, artifacts, tasks, settlers, proof, outage, kept
            )
            drivers = DriverPool(place, dependencies)
            tasks.create_task(drivers.serve(), name="engine")
            watches = [_watch(outage, proof, journal, dependencies.clock), snapshots.serve()]
            outage.follow(lambda address: None, engine.look)
            if lock:
                switch = _switch(engine, settling, hub)
                watches.append(watch(lock, dependencies.clock, outage, *switch))
            watching = [tasks.create_task(each) for each in watches]
            enabled, redraw = dependencies.events_enabled, settling.published
            yield HostState(
                journal, engine, sessions, dependencies.clock, enabled, redraw, drivers.hire, outage
            )
            await engine.drain(grace)
            for task in watching:
                task.cancel()


def _only_session(told: Callable[[SessionId], None]) -> Follower:
    return lambda session, entries: told(session)


def _opening(
    dependencies: Dependencies,
    hub: Hub,
    engine: LocalEngine,
    artifacts: Artifacts,
    followers: Sequence[Follower],
) -> AbstractAsyncContextManager[SqlJournal]:
    """The journal, with everybody who must hear of a commit."""

    def published(session: SessionId, entries: Sequence[Entry]) -> None:
        hub.published(session, entries)
        engine.committed(session)
        for follow in followers:
            follow(session, entries)

    return SqlJournal.open(
        dependencies.database_url,
        clock=dependencies.clock,
        artifacts=artifacts,
        wake=engine.wake,
        published=published,
        settled_in_append=dependencies.settled_in_append,
    )


async def _watch(outage: Outage, proof: Lock, journal: SqlJournal, clock: Clock) -> None:
    async def works() -> None:
        await proof.prove()
        await journal.probe()

    await outage.watch(clock, works)


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
