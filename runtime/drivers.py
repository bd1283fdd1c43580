"""Who drives which session, wired."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from runtime.admission import Admission
from runtime.agent.agent import Agent
from runtime.agent.toolrun import ToolRunner
from runtime.agent.turn import TurnMaker
from runtime.containers import Containers
from runtime.engine import LocalEngine
from runtime.errors import AetherError
from runtime.folds.fold import fold
from runtime.folds.state import Run
from runtime.hub import Hub
from runtime.ids import SessionId
from runtime.lock_watch import Unshared
from runtime.outage import Outage
from runtime.parts import Parts
from runtime.places import Places, ticket
from runtime.ports import Artifacts, Journal, Lock, SessionRow, Settler
from runtime.profiles import Profiles
from runtime.session import Driver


@dataclass(frozen=True, slots=True)
class Place:
    """What all drivers of one database share."""

    journal: Journal
    hub: Hub
    engine: LocalEngine
    artifacts: Artifacts
    tasks: asyncio.TaskGroup
    settlers: Mapping[str, Settler]
    lock: Lock
    outage: Outage

    def driver(self, parts: Parts, places: Places) -> Driver:
        return driver_of(
            parts,
            self.journal,
            self.hub,
            self.engine,
            self.artifacts,
            self.tasks,
            self.settlers,
            self.lock,
            places,
            self.outage,
        )


class Drivers:
    """Sessions are driven by the parts of the house, or by those that came with them."""

    def __init__(self, place: Place, parts: Parts) -> None:
        self._place = place
        self._clock = parts.clock
        self._places = places_of(parts, place.engine)
        self._default = place.driver(parts, self._places)
        self._hired: dict[SessionId, tuple[Parts, Driver]] = {}

    def hire(self, session: SessionId, parts: Parts) -> None:
        """From the next segment on; one that runs ends as it began."""
        if (known := self._hired.get(session)) is None or known[0] is not parts:
            self._hired[session] = (parts, self._place.driver(parts, self._places))

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
            run = fold(session, await self._place.journal.read(session)).run
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


def places_of(parts: Parts, engine: LocalEngine) -> Places:
    return Places(
        Admission(parts.runs, engine.stir),
        Admission(parts.model_calls, engine.stir, "model"),
        Containers(Admission(parts.containers, engine.stir, "container")),
        parts.clock,
    )


def driver_of(
    parts: Parts,
    journal: Journal,
    hub: Hub,
    engine: LocalEngine,
    artifacts: Artifacts,
    tasks: asyncio.TaskGroup,
    settlers: Mapping[str, Settler],
    lock: Lock | None = None,
    places: Places | None = None,
    outage: Outage | None = None,
) -> Driver:
    """The driver and its agent, wired."""
    turns = TurnMaker(
        models=parts.models, open_toolbox=parts.open_toolbox, hub=hub, clock=parts.clock
    )
    places = places or places_of(parts, engine)
    tools = ToolRunner(
        parts.open_toolbox, parts.sandbox, places.containers, artifacts, hub, parts.clock
    )
    return Driver(
        journal=journal,
        agent=Agent(turns, tools, parts.sandbox, parts.clock, tasks.create_task),
        hub=hub,
        clock=parts.clock,
        profiles=Profiles(parts.profile_for, artifacts),
        settlers=settlers,
        draining=lambda: engine.draining,
        lock=lock or Unshared(),
        places=places,
        outage=outage or Outage(),
    )
