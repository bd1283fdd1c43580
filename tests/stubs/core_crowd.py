"""Many threads of one house, and a model that thinks until it is let go."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from core_host import PATIENCE, House, heard
from core_log import ANN

from runtime.events import Envelope, MessageReceived, RunFinished
from runtime.facts import Fact, envelope_of
from runtime.fairness import Capacity
from runtime.folds.view import project
from runtime.ids import Actor, Address, session_id
from runtime.ports import Guard, Message, ModelDelta, Refused, Responded, ToolSpec
from runtime.testing.model import Line, Reply, ScriptedModel
from runtime.view import RunView, ThreadView


@dataclass(slots=True)
class CrowdModel(ScriptedModel):
    """Each turn says its words once its thread is let go. `thinking` are the threads, by their last
    words, whose turn is open; `began` all of them in their order."""

    thinking: list[str] = field(default_factory=list[str])
    began: list[str] = field(default_factory=list[str])
    most: int = 0
    free: dict[str, asyncio.Event] = field(default_factory=dict[str, asyncio.Event])
    changed: Callable[[], None] = lambda: None

    def let_go(self, name: str) -> None:
        self.free.setdefault(name, asyncio.Event()).set()

    async def turn(
        self,
        messages: Sequence[Message],
        tools: Sequence[ToolSpec],
        *,
        instructions: str,
        max_tokens: int,
        may_call: bool = True,
    ) -> AsyncGenerator[ModelDelta]:
        name = heard(messages)[0]
        if not any(isinstance(message, Responded) for message in messages):
            self.began.append(name)
        self.thinking.append(name)
        self.most = max(self.most, len(self.thinking))
        self.changed()
        try:
            await self.free.setdefault(name, asyncio.Event()).wait()
            async for delta in ScriptedModel.turn(
                self,
                messages,
                tools,
                instructions=instructions,
                max_tokens=max_tokens,
                may_call=may_call,
            ):
                yield delta
        finally:
            self.thinking.remove(name)


class Crowd:
    """Threads are named by what is said in them; "X/1" is one of channel X."""

    def __init__(
        self,
        folder: Path,
        runs: Capacity = Capacity(),
        *script: Line | Reply,
        model_calls: Capacity = Capacity(),
        containers: Capacity = Capacity(),
    ) -> None:
        self.model = CrowdModel(script or (Line("done"),))
        self.service = House(
            folder, self.model, runs=runs, model_calls=model_calls, containers=containers
        )

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[Crowd]:
        self.model.changed = self.service.changed.set
        async with self.service.open():
            yield self

    async def say(self, name: str, actor: Actor = ANN, text: str = "") -> None:
        message = MessageReceived(
            actor=actor, text=text or name, channel=name, message_id=text or "1"
        )
        await self.tell(name, (message,))

    async def tell(self, name: str, facts: Sequence[Fact] | Guard) -> None:
        answer = await self.service.serving.sessions.tell(address(name), facts)
        assert not isinstance(answer, Refused), answer.text

    async def facts(self, name: str) -> list[Fact]:
        read = self.service.serving.service.journal.read
        return [entry.fact for entry in await read(session_id(address(name)))]

    async def run(self, name: str) -> RunView | None:
        """The newest task of the thread as people see it."""
        session = session_id(address(name))
        entries = await self.service.serving.service.journal.read(session)
        envelopes: list[Envelope] = [e for entry in entries if (e := envelope_of(entry))]
        view = ThreadView(session)
        for envelope in envelopes:
            view = project(view, envelope)
        return view.run

    async def place(self, name: str) -> str:
        run = await self.run(name)
        return run.place if run else ""

    async def ended(self, name: str) -> RunFinished:
        found: list[RunFinished] = []

        async def over() -> bool:
            found.extend(f for f in await self.facts(name) if isinstance(f, RunFinished))
            return bool(found)

        await self.until(over)
        return found[-1]

    async def places(self, expected: dict[str, str]) -> None:
        """Until the threads are told these places."""

        async def told() -> bool:
            return {name: await self.place(name) for name in expected} == expected

        await self.until(told)

    async def thinks(self, *names: str) -> None:
        """Until exactly these threads are at work."""

        async def do() -> bool:
            return sorted(self.model.thinking) == sorted(names)

        await self.until(do)

    async def until(self, holds: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(PATIENCE):
            while True:
                self.service.changed.clear()
                if await holds():
                    return
                await self.service.changed.wait()


def address(name: str) -> Address:
    channel, _, _ = name.rpartition("/")
    return Address(platform="embedded", channel=channel, thread=name)
