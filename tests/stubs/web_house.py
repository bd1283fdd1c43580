"""A house behind the workbench: the real runtime, a scripted model, a sandbox in memory."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from runtime import AgentManager
from runtime.approvals import Mode
from runtime.decide import Terms
from runtime.events import Limits
from runtime.parts import Parts
from runtime.ports import Model
from runtime.sessions import JournalSessions
from runtime.testing.model import Line, ScriptedModel
from runtime.testing.sandbox import FakeSandbox
from runtime.tools.catalog import BUILT_IN
from runtime.tools.policy import Policy
from runtime.tools.toolbox import Toolbox


@dataclass(frozen=True, slots=True)
class WebHouse:
    manager: AgentManager
    sandbox: FakeSandbox

    @property
    def sessions(self) -> JournalSessions:
        return self.manager.sessions


@asynccontextmanager
async def open_web_house(
    folder: Path, *script: Line, model: Model | None = None
) -> AsyncGenerator[WebHouse]:
    """The same folder is the same database: open it again with a new script. Every command works,
    unless the test says otherwise."""
    sandbox = FakeSandbox()
    sandbox.on(lambda _: True)
    mind = model or ScriptedModel(list(script) or [Line(text="Hello.")])
    parts = Parts(
        database_url=f"sqlite:///{folder / 'aether.db'}",
        data_dir=folder,
        model=mind,
        sandbox=sandbox,
        toolbox=Toolbox(BUILT_IN, Policy()),
        terms=Terms(model=mind.name, mode=Mode.SEMI, limits=Limits()),
        instructions="",
        settled_in_append=frozenset({"terminal", "embedded", "web"}),
    )
    async with AgentManager(parts) as manager:
        yield WebHouse(manager, sandbox)
