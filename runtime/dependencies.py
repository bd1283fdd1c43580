"""What a house is built from. bot composes it from the settings; embedders take the standard."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from runtime.approvals import Mode
from runtime.clock import SystemClock
from runtime.events import Limits
from runtime.fairness import Capacity
from runtime.ids import SessionId
from runtime.journal import SqlJournal
from runtime.models.selection import choose
from runtime.no_sandbox import NoSandbox
from runtime.ports import Clock, Lock, Model, Models, Sandbox, Sessions, Settler
from runtime.profile import Profile, ProfileFor, always
from runtime.tools.catalog import BUILT_IN, NAMES
from runtime.tools.policy import Policy
from runtime.tools.toolbox import OpenToolbox, built_in

PROMPT = Path(__file__).parent.parent / "config" / "prompts" / "system.md"
DATA_DIR = Path(".aether")

_NO_SANDBOX = (
    "This program gave Aether no sandbox, so commands and files are not available. "
    "Pass AetherRuntime(sandbox=DockerSandbox(...))."
)


_STANDARD_TOOLS = built_in(BUILT_IN)


@dataclass(frozen=True, slots=True)
class Settling:
    """The settlers by platform, who is told of every commit, after the feeds, and what stops all
    of them at once."""

    settlers: Mapping[str, Settler]
    published: Callable[[SessionId], None]
    halt: Callable[[], None] = lambda: None


Settlers = Callable[[SqlJournal, Sessions, Lock], AbstractAsyncContextManager[Settling]]
"""Makes the settlers; they need what exists only once the journal is open, and end before it.
They call no platform without a proof of the lock."""


@asynccontextmanager
async def no_settlers(
    journal: SqlJournal, sessions: Sessions, lock: Lock
) -> AsyncGenerator[Settling]:
    """Every platform settles in the append."""
    yield Settling({}, lambda session: None)


@dataclass(frozen=True, slots=True)
class OneModel:
    """Implements ports.Models for programs that have a single one, whatever a record calls it."""

    model: Model

    async def open(self, name: str) -> Model:
        return self.model

    async def aclose(self) -> None:
        await self.model.aclose()


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Everything that differs between installations. `address` says where this process serves
    people, for the second process that finds the database locked. `events_enabled` names the
    events that clients of the API get; None for all. `runs` is how many tasks work at once,
    `model_calls` how many of them call the model, `containers` how many containers there are."""

    database_url: str
    data_dir: Path
    profile_for: ProfileFor
    models: Models
    sandbox: Sandbox
    open_toolbox: OpenToolbox = _STANDARD_TOOLS
    settlers: Settlers = no_settlers
    settled_in_append: frozenset[str] = frozenset({"terminal", "embedded"})
    clock: Clock = field(default_factory=SystemClock)
    address: str = ""
    events_enabled: frozenset[str] | None = None
    runs: Capacity = field(default_factory=Capacity)
    model_calls: Capacity = field(default_factory=Capacity)
    containers: Capacity = field(default_factory=Capacity)


async def standard_dependencies(
    llm: str | Model | None = None,
    *,
    sandbox: Sandbox | None = None,
    data_dir: Path = DATA_DIR,
    mode: Mode = Mode.SEMI,
    limits: Limits | None = None,
) -> Dependencies:
    """Shipped defaults: SQLite in `data_dir`, the standard tools and policy, the model chosen as
    `bot run` chooses it. Raises Misconfigured."""
    model = llm if llm is not None and not isinstance(llm, str) else await _chosen(llm or "")
    return Dependencies(
        database_url=f"sqlite:///{data_dir / 'aether.db'}",
        data_dir=data_dir,
        profile_for=always(
            Profile(
                model=model.name,
                tools=NAMES,
                policy=Policy(mode=mode),
                instructions=PROMPT.read_text(encoding="utf-8"),
                limits=limits or Limits(),
            )
        ),
        models=OneModel(model),
        sandbox=sandbox or NoSandbox(_NO_SANDBOX),
    )


async def _chosen(name: str) -> Model:
    return (await choose(os.environ, name)).model
