"""A whole agent for tests: real manager, real model client, a stub model server, a fake sandbox.

async with Stage(tmp_path, [Answer("Hello")]) as stage:
    told = await stage.task("Hi")
"""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from agent_history import check_history
from model_answers import Answer, ToolCall
from model_server import Answers, ModelServer, Received
from pydantic import SecretStr

from runtime import AetherRuntime, AgentManager
from runtime.approvals import Mode
from runtime.dependencies import Dependencies, OneModel
from runtime.events import Envelope, Event, Limits, MessageReceived, RunFinished
from runtime.facts import Entry, Fact
from runtime.folds.view import project
from runtime.ids import Actor, Address, SessionId, session_id
from runtime.models.connect import connect
from runtime.models.request import Limits as Bounds
from runtime.models.selection import resolve
from runtime.models.spec import Options
from runtime.models.turn import DirectModel
from runtime.ports import Model, Sandbox
from runtime.profile import Profile, always
from runtime.testing.clock import ManualClock
from runtime.testing.sandbox import FakeSandbox
from runtime.testing.settler import seen
from runtime.tools.catalog import NAMES
from runtime.tools.policy import Policy
from runtime.view import RunView, ThreadView

KEY = "sk-test-0123456789abcdef"
ANN = Actor(id="ann", name="Ann")
BOB = Actor(id="bob", name="Bob")
SPECS = {"openai": "openai:stub", "anthropic": "anthropic:claude-sonnet-5-5"}
PATIENCE = 120.0  # seconds after which a test hangs

React = Callable[[Envelope], Awaitable[object]]
E = TypeVar("E", bound=Event)
F = TypeVar("F", bound=Fact)


class RushClock(ManualClock):
    """Whoever waits for time alone gets it at once, and the time passes. A wait that has a task of
    its own (the engine's, which something else may end) lasts until the time has passed."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []
        self.direct: Callable[[float], Awaitable[None]] = self._rush

    async def sleep(self, seconds: float) -> None:
        task = asyncio.current_task()
        own = getattr(task.get_coro() if task else None, "cr_code", None)
        if own is RushClock.sleep.__code__:
            await super().sleep(seconds)
        else:
            await self.direct(seconds)

    async def _rush(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.advance(seconds)
        await asyncio.sleep(0)


@dataclass(slots=True)
class Told:
    """What a client of the session was told, in order."""

    envelopes: list[Envelope] = field(default_factory=list[Envelope])

    @property
    def events(self) -> list[Event]:
        return [envelope.event for envelope in self.envelopes]

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def view(self) -> ThreadView:
        first = ThreadView(self.envelopes[0].session_id)
        return reduce(project, self.envelopes, first)

    @property
    def run(self) -> RunView:
        return self.view.runs[-1]

    @property
    def end(self) -> RunFinished:
        return self.of(RunFinished)[-1]

    @property
    def answer(self) -> str:
        """The one final answer of the newest task."""
        (answer,) = [answer for answer in self.run.answers if answer.state == "final"]
        return answer.text


class Stage:
    """One session named `thread`. At the end every request must have been one that a provider
    accepts, what clients were told must be what the journal says, and the key must stand
    nowhere."""

    def __init__(
        self,
        folder: Path,
        answers: Answers,
        *,
        shape: str = "openai",
        seed: int | None = None,
        sandbox: Sandbox | None = None,
        model: Model | None = None,
        mode: Mode = Mode.SEMI,
        limits: Limits | None = None,
        bounds: Bounds | None = None,
        max_tokens: int = 8_192,
        policy: Policy | None = None,
    ) -> None:
        self.folder, self.shape = folder, shape
        self.server = ModelServer(answers, seed=seed)
        self.fake = FakeSandbox()
        self.clock = RushClock()
        self._sandbox = sandbox or self.fake
        self._model, self._bounds = model, bounds
        self._limits, self._mode = limits or Limits(), mode
        self._max_tokens, self._policy = max_tokens, policy or Policy()
        self._stack = AsyncExitStack()
        self._told: list[Told] = []
        self.manager: AgentManager
        self.serving = False

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self.server)
        await self.open()
        return self

    async def open(self) -> None:
        """Serve; after `close` too, on the same database and the same model server."""
        self.manager = await AgentManager(self._parts()).__aenter__()
        self.serving = True

    async def close(self) -> None:
        """As after SIGTERM, for steps that need no time any more."""
        if self.serving:
            self.serving = False
            await self.manager.service.engine.drain(0)
            await self.manager.__aexit__(None, None, None)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        try:
            entries = await self.entries() if error is None and self.serving else []
            await self.close()
        finally:
            await self._stack.aclose()
        if error is None:
            self._check(entries)

    def _check(self, entries: list[Entry]) -> None:
        for request in self.server.requests:
            check_history(request)
        for told in filter(lambda told: told.envelopes, self._told):
            for envelope in told.envelopes:
                wire = envelope.model_dump_json()
                assert Envelope.model_validate_json(wire).event == envelope.event
                assert KEY not in wire
        if entries and self._told and self._told[-1].envelopes[0].seq == 1:
            last = self._told[-1]
            upto = [entry for entry in entries if entry.seq <= last.view.seq]
            assert last.view == seen(self.runtime.id, upto)
        for file in filter(Path.is_file, self.folder.rglob("*")):
            assert KEY.encode() not in file.read_bytes(), f"{file} holds the key"

    @property
    def box(self) -> SessionId:
        return session_id(Address(platform="embedded", thread="thread"))

    @property
    def runtime(self) -> AetherRuntime:
        return self.manager.open(Address(platform="embedded", thread="thread"))

    def _parts(self) -> Dependencies:
        model = self._model or self._direct()
        return Dependencies(
            database_url=f"sqlite:///{self.folder / 'aether.db'}",
            data_dir=self.folder,
            models=OneModel(model),
            sandbox=self._sandbox,
            profile_for=always(
                Profile(
                    model=model.name,
                    tools=NAMES,
                    policy=self._policy.model_copy(update={"mode": self._mode}),
                    instructions="Be brief.",
                    limits=self._limits,
                    max_tokens=self._max_tokens,
                )
            ),
            clock=self.clock,
        )

    def _direct(self) -> DirectModel:
        url = self.server.url if self.shape == "anthropic" else f"{self.server.url}/v1"
        spec = resolve(Options(SPECS[self.shape], url, SecretStr(KEY)), "a test", {})
        return DirectModel(spec.label, lambda: connect(spec), self._bounds)

    async def task(
        self, text: str = "Go.", *, actor: Actor = ANN, react: React | None = None
    ) -> Told:
        """Say something and listen until the session is idle; `react` is called with each
        envelope."""
        told = Told()
        self._told.append(told)
        async with asyncio.timeout(PATIENCE):
            async for envelope in self.runtime.run_task(text, actor=actor):
                told.envelopes.append(envelope)
                if react is not None:
                    await react(envelope)
        return told

    async def say(self, text: str, *, actor: Actor = ANN) -> None:
        """Say something beside the task that is listened to."""
        said = MessageReceived(actor=actor, text=text, message_id=uuid.uuid4().hex)
        await self.manager.sessions.tell(self.runtime.address, (said,))

    async def parked(self) -> None:
        """Until nothing goes on before people act: from here on time is theirs."""
        # Parking is no event: only the row tells.
        while await self._awake():  # noqa: ASYNC110
            await asyncio.sleep(0)

    async def _awake(self) -> bool:
        row = await self.manager.service.journal.session(self.box)
        return row is None or row.awake

    def listen(self) -> AsyncGenerator[Envelope, None]:
        """Everything in the thread, from its beginning; endless."""
        return self.manager.sessions.events(self.box)

    async def entries(self) -> list[Entry]:
        return await self.manager.service.journal.read(self.runtime.id)

    async def facts(self, kind: type[F]) -> list[F]:
        return [entry.fact for entry in await self.entries() if isinstance(entry.fact, kind)]


def in_order(*answers: Answer) -> Callable[[Received], Answer]:
    """One answer for each request, whatever the request says: a turn that is sent again gets the
    next one."""
    left = iter(answers)
    return lambda _: next(left)


def call(tool: str, number: int = 1, **arguments: object) -> ToolCall:
    return ToolCall(f"call_{tool}_{number}", tool, json.dumps(arguments))


def is_shell(argv: tuple[str, ...]) -> bool:
    return argv[:2] == ("bash", "-c")
