"""A child whose thread is kept by the reconciler, as bot composes it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack
from typing import Any

from crash_child import Child
from crash_points import FatalChat, FatalJournal
from crash_spec import Spec
from crash_stage import ADDRESS, Deed, act_at_once, attend
from crash_surface import FatalRefs, TcpSurface

from adapters.ports.surface import Surface
from adapters.reconcile.settler import SettlerContext, SurfaceSettler, by_platform
from runtime.driver_pool import driver_of
from runtime.facts import Entry
from runtime.ids import SessionId
from runtime.journal import SqlJournal, exclusive
from runtime.live.sessions import JournalSessions
from runtime.ports import Appended, Known, Refused


async def live(spec: Spec) -> None:
    """Serve the database until the scene is over and everything is settled."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(exclusive(spec.database_url))
        child = SurfaceChild(spec)
        opening = SqlJournal.open(
            spec.database_url,
            clock=child.clock,
            artifacts=child.artifacts,
            wake=child.engine.wake,
            published=child.published,
        )
        await child.play(await stack.enter_async_context(opening))


class SurfaceChild(Child):
    """As `runtime.host.open_house` and `bot.chat.platforms` wire it."""

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        self._settler: SurfaceSettler | None = None
        self._following: set[asyncio.Task[None]] = set()

    def published(self, session: SessionId, entries: Sequence[Entry]) -> None:
        super().published(session, entries)
        if self._settler is not None:
            self._settler.published(session)

    async def play(self, sql: SqlJournal) -> None:
        await self.stage.read(sql)
        journal = FatalJournal(sql, self.fate, self.stage.settled_told)
        sessions = JournalSessions(journal, self.hub, self.engine, self.artifacts)

        async def tell(verb: Deed) -> Appended | Known | Refused:
            answer = await sessions.tell(ADDRESS, verb)
            await self._look(journal)
            return answer

        person = (self.scene, self.stage, self.clock.now, tell)
        async with asyncio.TaskGroup() as tasks:
            self._settler = self._follow(sql, journal, sessions, tasks)
            settlers = {ADDRESS.platform: self._settler}
            driver = driver_of(
                self._parts(), journal, self.hub, self.engine, self.artifacts, tasks, settlers
            )
            while await act_at_once(*person):
                pass
            acting = tasks.create_task(attend(*person))
            tasks.create_task(self.engine.serve(self._driven(driver, journal), journal))
            await self._look(journal)
            await self._over.wait()
            acting.cancel()
            await self.engine.drain(1.0)
            for task in self._following:
                task.cancel()

    def _follow(
        self,
        sql: SqlJournal,
        journal: FatalJournal,
        sessions: JournalSessions,
        tasks: asyncio.TaskGroup,
    ) -> SurfaceSettler:
        def start(work: Coroutine[Any, Any, None]) -> None:
            task = tasks.create_task(work)
            self._following.add(task)
            task.add_done_callback(self._following.discard)

        connect = by_platform({ADDRESS.platform: self.surface()})
        outbox = FatalRefs(sql.refs, self.fate)
        return SurfaceSettler(SettlerContext(sessions, journal, outbox, self.clock, connect, start))

    def surface(self) -> Surface:
        """Where people see the thread."""
        return TcpSurface(FatalChat(self._chat(), self.fate))
