"""Who drives which session, wired."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from runtime.admission import Admission
from runtime.containers import Containers
from runtime.dependencies import Dependencies
from runtime.driver import Driver
from runtime.engine import LocalEngine
from runtime.errors import AetherError
from runtime.folds.state import Run
from runtime.ids import SessionId
from runtime.live.hub import Hub
from runtime.live.kept import KeptFolds
from runtime.lock_watch import Unshared
from runtime.outage import Outage
from runtime.perform.effects import Agent
from runtime.perform.model_turn import TurnMaker
from runtime.perform.tool_call import ToolRunner
from runtime.places import Places, ticket
from runtime.ports import Artifacts, Journal, Lock, SessionRow, Settler
from runtime.profiles import Profiles


@dataclass(frozen=True, slots=True)
class DriverContext:
    """What all drivers of one database share."""

    journal: Journal
    hub: Hub
    engine: LocalEngine
    artifacts: Artifacts
    tasks: asyncio.TaskGroup
    settlers: Mapping[str, Settler]
    lock: Lock
    outage: Outage
    kept: KeptFolds

    def driver(self, dependencies: Dependencies, places: Places) -> Driver:
        return driver_of(
            dependencies,
            self.journal,
            self.hub,
            self.engine,
            self.artifacts,
            self.tasks,
            self.settlers,
            self.lock,
            places,
            self.outage,
            self.kept,
        )


class DriverPool:
    """Sessions are driven by the parts of the service, or by those that came with them."""

    def __init__(self, place: DriverContext, dependencies: Dependencies) -> None:
        self._place = place
        self._clock = dependencies.clock
        self._places = places_of(dependencies, place.engine)
        self._default = place.driver(dependencies, self._places)
        self._hired: dict[SessionId, tuple[Dependencies, Driver]] = {}

    def hire(self, session: SessionId, dependencies: Dependencies) -> None:
        """From the next segment on; one that runs ends as it began."""
        if (known := self._hired.get(session)) is None or known[0] is not dependencies:
            self._hired[session] = (dependencies, self._place.driver(dependencies, self._places))

    async def serve(self) -> None:
        """Until drained. Nothing is driven before everybody has their place again."""
        if any(queue.is_limited for queue in self._places.every):
            await self._line_up(self._clock.now())
        await self._place.engine.serve(self.drive, self._place.journal)

    async def _line_up(self, now: datetime) -> None:
        """After a restart: who worked has a place first, then who waited, each in their order."""
        place = self._place
        tasks: list[tuple[Run, SessionRow]] = []
        for session in await place.journal.open_work(now):
            row = await place.journal.session(session)
            if row is not None and row.awake and (run := await self._run(session)) is not None:
                tasks.append((run, row))
        for run, row in sorted(tasks, key=lambda task: _order(task[0])):
            asked = ticket(row.session_id, row.address, run)
            self._places.runs.ask(asked)
            if any(call.started and not call.done for call in run.calls):
                self._places.containers.queue.ask(asked)

    async def _run(self, session: SessionId) -> Run | None:
        """The task that needs a place; one that cannot be read is its own driver's trouble."""
        try:
            run = (await self._place.journal.state(session)).run
        except AetherError:
            return None
        return None if run is None or run.holding or run.stop else run

    async def drive(self, session: SessionId) -> None:
        _, driver = self._hired.get(session, (None, self._default))
        await driver.drive(session)


def _order(run: Run) -> tuple[bool, datetime]:
    """Who waits for a call of the model or for a container has a place among the tasks."""
    waits = run.queued is not None and run.queued.waits_for == "place"
    return waits, run.queued.since if run.queued and waits else run.started_at


def places_of(dependencies: Dependencies, engine: LocalEngine) -> Places:
    return Places(
        Admission(dependencies.runs, engine.notify),
        Admission(dependencies.model_calls, engine.notify, "model"),
        Containers(Admission(dependencies.containers, engine.notify, "container")),
        dependencies.clock,
    )


def driver_of(
    dependencies: Dependencies,
    journal: Journal,
    hub: Hub,
    engine: LocalEngine,
    artifacts: Artifacts,
    tasks: asyncio.TaskGroup,
    settlers: Mapping[str, Settler],
    lock: Lock | None = None,
    places: Places | None = None,
    outage: Outage | None = None,
    kept: KeptFolds | None = None,
) -> Driver:
    """The driver and its agent, wired."""
    clock, open_toolbox = dependencies.clock, dependencies.open_toolbox
    turns = TurnMaker(models=dependencies.models, open_toolbox=open_toolbox, hub=hub, clock=clock)
    places = places or places_of(dependencies, engine)
    tools = ToolRunner(open_toolbox, dependencies.sandbox, places.containers, artifacts, hub, clock)
    return Driver(
        journal=journal,
        kept=kept or KeptFolds(journal),
        agent=Agent(turns, tools, dependencies.sandbox, clock, tasks.create_task),
        hub=hub,
        clock=clock,
        profiles=Profiles(dependencies.profile_for, artifacts),
        settlers=settlers,
        draining=lambda: engine.draining,
        lock=lock or Unshared(),
        places=places,
        outage=outage or Outage(),
    )
