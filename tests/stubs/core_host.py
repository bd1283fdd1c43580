"""A whole house (journal on SQLite, engine, driver) with a scripted model and a fake sandbox."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from core_live import settle
from core_log import ANN

from runtime.approvals import Mode
from runtime.dependencies import Dependencies, OneModel
from runtime.engine import LocalEngine
from runtime.events import Limits, MessageReceived, ResponseComplete, RunFinished
from runtime.facts import Fact
from runtime.fairness import Capacity
from runtime.folds.fold import fold
from runtime.folds.state import RunState
from runtime.ids import Actor, Address, SessionId, session_id
from runtime.manager import AgentManager
from runtime.ports import (
    Appended,
    Guard,
    Known,
    Message,
    ModelDelta,
    Models,
    Refused,
    Said,
    ToolSpec,
    TurnEnded,
)
from runtime.profile import Profile, ProfileFor, always
from runtime.runtime import AetherRuntime
from runtime.testing.clock import ManualClock
from runtime.testing.model import Line, Reply, ScriptedModel
from runtime.testing.sandbox import FakeSandbox
from runtime.tools.catalog import BUILT_IN, NAMES
from runtime.tools.policy import Policy
from runtime.tools.toolbox import OpenToolbox, built_in

PATIENCE, MOMENT = 120.0, 0.05
"""Real seconds until a test that waits for something gives up, and until the clock is moved."""


def any_command(argv: tuple[str, ...]) -> bool:
    return True


def shell(command: str = "ls", text: str = "", **line: Any) -> Line:
    """A turn that calls the shell."""
    return Line(text=text, calls=(("shell", {"command": command}),), **line)


@dataclass(slots=True)
class ActingModel(ScriptedModel):
    """Something happens before each turn ends; its number counts from 1."""

    act: Callable[[int], Awaitable[object]] | None = None

    async def turn(
        self,
        messages: Sequence[Message],
        tools: Sequence[ToolSpec],
        *,
        instructions: str,
        max_tokens: int,
        may_call: bool = True,
    ) -> AsyncGenerator[ModelDelta]:
        deltas = ScriptedModel.turn(
            self,
            messages,
            tools,
            instructions=instructions,
            max_tokens=max_tokens,
            may_call=may_call,
        )
        async with aclosing(deltas):
            async for delta in deltas:
                if isinstance(delta, TurnEnded) and self.act is not None:
                    await self.act(len(self.asked))
                yield delta


@dataclass
class House:
    """One database; `open` serves it, again and again like a process that restarts."""

    folder: Path
    model: ScriptedModel
    sandbox: FakeSandbox = field(default_factory=FakeSandbox)
    clock: ManualClock = field(default_factory=ManualClock)
    limits: Limits = field(default_factory=Limits)
    mode: Mode = Mode.SEMI
    runs: Capacity = field(default_factory=Capacity)
    profile_for: ProfileFor | None = None  # else the same everywhere
    models: Models | None = None  # else the one
    open_toolbox: OpenToolbox | None = None  # else all tools
    model_calls: Capacity = field(default_factory=Capacity)
    containers: Capacity = field(default_factory=Capacity)
    address: Address = field(default_factory=lambda: Address(platform="embedded", thread="t"))
    manager: AgentManager | None = None
    said: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[House]:
        async with AgentManager(self.parts()) as manager:
            self.manager = manager
            self.listen(manager.service.engine)
            try:
                yield self
            finally:
                await manager.service.engine.drain(0)  # a test that failed must not wait
                self.manager = None

    def parts(self) -> Dependencies:
        return Dependencies(
            database_url=f"sqlite:///{self.folder / 'aether.db'}",
            data_dir=self.folder,
            models=self.models or OneModel(self.model),
            open_toolbox=self.open_toolbox or built_in(BUILT_IN),
            sandbox=self.sandbox,
            profile_for=self.profile_for or always(self.profile),
            clock=self.clock,
            runs=self.runs,
            model_calls=self.model_calls,
            containers=self.containers,
        )

    @property
    def profile(self) -> Profile:
        return Profile(
            model=self.model.name,
            tools=NAMES,
            policy=Policy(mode=self.mode),
            instructions="Be brief.",
            limits=self.limits,
        )

    @property
    def serving(self) -> AgentManager:
        assert self.manager is not None
        return self.manager

    @property
    def id(self) -> SessionId:
        return session_id(self.address)

    @property
    def runtime(self) -> AetherRuntime:
        return self.serving.open(self.address)

    async def say(self, text: str, actor: Actor = ANN) -> None:
        self.said += 1
        message = MessageReceived(actor=actor, text=text, message_id=str(self.said))
        assert isinstance(await self.tell((message,)), Appended)

    async def tell(self, facts: Sequence[Fact] | Guard) -> Appended | Known | Refused:
        return await self.serving.sessions.tell(self.address, facts)

    async def facts(self) -> list[Fact]:
        return [entry.fact for entry in await self.serving.service.journal.read(self.id)]

    async def state(self) -> RunState:
        return fold(self.id, await self.serving.service.journal.read(self.id))

    async def tags(self, *only: str) -> list[str]:
        return [fact.type for fact in await self.facts() if not only or fact.type in only]

    def listen(self, engine: LocalEngine) -> None:
        """Be told of every commit: reading in a loop would starve the writer's thread."""
        committed = engine.committed

        def told(session: SessionId) -> None:
            committed(session)
            self.changed.set()

        engine.committed = told

    async def until(self, holds: Callable[[list[Fact]], bool], pace: float = 0.0) -> list[Fact]:
        """The facts, as soon as they satisfy. With `pace` time passes: so many seconds a look."""
        async with asyncio.timeout(PATIENCE):
            while True:
                self.changed.clear()
                if holds(facts := await self.facts()):
                    return facts
                if not pace:
                    await self.changed.wait()
                elif not await self.stirs():
                    self.clock.advance(pace)

    async def stirs(self) -> bool:
        """Whether something is appended within a moment: else everybody may be waiting."""
        with suppress(TimeoutError):
            async with asyncio.timeout(MOMENT):
                await self.changed.wait()
        return self.changed.is_set()

    async def has(self, tag: str, times: int = 1) -> list[Fact]:
        return await self.until(lambda facts: [f.type for f in facts].count(tag) >= times)

    async def ended(self, times: int = 1) -> RunFinished:
        """Wait for the n-th end of a run."""
        facts = await self.has("run_finished", times)
        return [fact for fact in facts if isinstance(fact, RunFinished)][times - 1]

    async def wait_for(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not holds():
                await settle(1)


FactType = TypeVar("FactType", bound=Fact)


def only(facts: Sequence[Fact], kind: type[FactType]) -> FactType:
    """The one fact of its kind."""
    (found,) = [fact for fact in facts if isinstance(fact, kind)]
    return found


def answer(facts: Sequence[Fact]) -> str:
    """The newest final text."""
    return [f.text for f in facts if isinstance(f, ResponseComplete) and f.final][-1]


def heard(messages: Sequence[Message]) -> list[str]:
    """What people (and notes) say in a request."""
    return [message.text for message in messages if isinstance(message, Said)]


def scripted(folder: Path, *script: Line | Reply, **more: Any) -> House:
    return House(folder, ScriptedModel(script), **more)
