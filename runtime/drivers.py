"""Who drives which session, wired."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from runtime.agent.agent import Agent
from runtime.agent.toolrun import ToolRunner
from runtime.agent.turn import TurnMaker
from runtime.engine import LocalEngine
from runtime.hub import Hub
from runtime.ids import SessionId
from runtime.lock_watch import Unshared
from runtime.parts import Parts
from runtime.ports import Artifacts, Journal, Lock, Settler
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

    def driver(self, parts: Parts) -> Driver:
        return driver_of(
            parts,
            self.journal,
            self.hub,
            self.engine,
            self.artifacts,
            self.tasks,
            self.settlers,
            self.lock,
        )


class Drivers:
    """Sessions are driven by the parts of the house, or by those that came with them."""

    def __init__(self, place: Place, parts: Parts) -> None:
        self._place = place
        self._default = place.driver(parts)
        self._hired: dict[SessionId, tuple[Parts, Driver]] = {}

    def hire(self, session: SessionId, parts: Parts) -> None:
        """From the next segment on; one that runs ends as it began."""
        if (known := self._hired.get(session)) is None or known[0] is not parts:
            self._hired[session] = (parts, self._place.driver(parts))

    async def drive(self, session: SessionId) -> None:
        _, driver = self._hired.get(session, (None, self._default))
        await driver.drive(session)


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
