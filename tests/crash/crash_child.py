"""A child's life: the real house around a scene, with a point at which it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack

from crash_actors import HurriedClock, StagedModel, StagedSandbox
from crash_mutations import mutated
from crash_points import FatalChat, FatalJournal, FatalOutbox, Fate
from crash_scenes import SCENES
from crash_spec import Spec
from crash_stage import ADDRESS, Deed, Stage, act_at_once, attend
from crash_watch import watching

from runtime.dependencies import Dependencies, OneModel
from runtime.driver import Driver
from runtime.driver_pool import driver_of
from runtime.engine import LocalEngine
from runtime.errors import DatabaseBusy
from runtime.events import Limits
from runtime.facts import Entry
from runtime.ids import SessionId
from runtime.journal import FileArtifacts, SqlJournal, exclusive
from runtime.live.hub import Hub
from runtime.live.sessions import JournalSessions
from runtime.ports import Appended, Drive, Journal, Known, Refused
from runtime.profile import Profile, always
from runtime.testing.chat import TcpChat
from runtime.testing.model import ScriptedModel
from runtime.testing.settler import ChatSettler
from runtime.testing.shelf import Shelf
from runtime.tools.ask import Ask
from runtime.tools.edit_file import EditFile
from runtime.tools.plan import PlanSteps
from runtime.tools.read_file import ReadFile
from runtime.tools.search_files import SearchFiles
from runtime.tools.shell import Shell
from runtime.tools.toolbox import built_in
from runtime.tools.write_file import WriteFile

TOOLS = (PlanSteps(), Shell(), WriteFile(), ReadFile(), EditFile(), SearchFiles(), Ask())


async def live(spec: Spec) -> None:
    """Serve the database until the scene is over and everything is settled."""
    async with AsyncExitStack() as stack:
        if spec.exclusive:
            await _alone(stack, spec.database_url)
        child = Child(spec)
        opening = SqlJournal.open(
            spec.database_url,
            clock=child.clock,
            artifacts=child.artifacts,
            wake=child.engine.wake,
            published=child.published,
        )
        await child.play(await stack.enter_async_context(opening))


async def _alone(stack: AsyncExitStack, url: str) -> None:
    """Take the database's lock. PostgreSQL needs a moment to notice that its client was killed."""
    async with asyncio.timeout(60):
        while True:
            try:
                await stack.enter_async_context(exclusive(url))
            except DatabaseBusy:
                await asyncio.sleep(0.01)
            else:
                return


class Child:
    """As `runtime.host.open_house` wires it, with decorators at the ports."""

    def __init__(self, spec: Spec) -> None:
        self.spec, self.scene = spec, SCENES[spec.scenario]
        self.stage, self.fate = Stage(), Fate(spec.doom)
        self.clock = HurriedClock(spec.born, spec.ahead)
        self.hub, self.engine = Hub(self.clock), LocalEngine(self.clock)
        self.artifacts = FileArtifacts(spec.data_dir / "artifacts")
        self._over = asyncio.Event()

    def published(self, session: SessionId, entries: Sequence[Entry]) -> None:
        self.hub.published(session, entries)
        self.engine.committed(session)
        self.stage.published(session, entries)

    async def play(self, sql: SqlJournal) -> None:
        await self.stage.read(sql)
        journal = mutated(self.spec.mutation, FatalJournal(sql, self.fate, self.stage.settled_told))
        sessions = JournalSessions(journal, self.hub, self.engine, self.artifacts)

        async def tell(verb: Deed) -> Appended | Known | Refused:
            answer = await sessions.tell(ADDRESS, verb)
            await self._look(journal)
            return answer

        person = (self.scene, self.stage, self.clock.now, tell)
        async with watching(self.spec, sessions), asyncio.TaskGroup() as tasks:
            settler = ChatSettler(
                journal, FatalOutbox(sql.refs, self.fate), FatalChat(self._chat(), self.fate)
            )
            driver = driver_of(
                self._parts(),
                journal,
                self.hub,
                self.engine,
                self.artifacts,
                tasks,
                {ADDRESS.platform: settler},
            )
            while await act_at_once(*person):  # what the person would do anyway comes first
                pass
            acting = tasks.create_task(attend(*person))
            tasks.create_task(self.engine.serve(self._driven(driver, journal), journal))
            await self._look(journal)
            await self._over.wait()
            acting.cancel()
            await self.engine.drain(1.0)

    def _driven(self, driver: Driver, journal: Journal) -> Drive:
        async def drive(session: SessionId) -> None:
            try:
                await driver.drive(session)
            finally:
                await self._look(journal)

        return drive

    async def _look(self, journal: Journal) -> None:
        """Whether it is time to go: a process that was stopped leaves when its drive ended."""
        over = self.scene.over(self.stage) and not await journal.open_work(self.clock.now())
        if over or self.fate.resumed:
            self._over.set()

    def _chat(self) -> TcpChat:
        return TcpChat(*self.spec.chat)

    def _parts(self) -> Dependencies:
        shelf = Shelf(self.spec.data_dir / "shelf")
        sandbox = StagedSandbox(shelf, self.scene, self.stage, self.fate)
        self.scene.furnish(sandbox, self.stage)
        script = ScriptedModel(self.scene.script)
        return Dependencies(
            database_url=self.spec.database_url,
            data_dir=self.spec.data_dir,
            models=OneModel(StagedModel(script, self.scene, self.stage, self.fate, shelf)),
            sandbox=sandbox,
            profile_for=always(
                Profile(
                    model="scripted",
                    tools=tuple(tool.name for tool in TOOLS),
                    policy=self.scene.policy,
                    limits=Limits(seconds=1e9),
                )
            ),
            open_toolbox=built_in(TOOLS),
            clock=self.clock,
        )
