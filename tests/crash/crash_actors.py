"""The child's clock, model and sandbox: they wait for people, and count their deeds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, MutableMapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta

from crash_points import Fate
from crash_spec import HURRY, seconds_since
from crash_stage import Scene, Stage

from runtime.ids import CallId, SessionId
from runtime.ports import (
    Command,
    Exited,
    Message,
    ModelDelta,
    Output,
    Responded,
    ToolSpec,
    TurnEnded,
)
from runtime.testing.clock import START
from runtime.testing.model import ScriptedModel
from runtime.testing.sandbox import FakeSandbox


@dataclass(frozen=True, slots=True)
class HurriedClock:
    """Implements ports.Clock: fast, and the same for all children of one test."""

    born: float
    ahead: float

    def now(self) -> datetime:
        return START + timedelta(seconds=seconds_since(self.born) + self.ahead)

    def monotonic(self) -> float:
        return time.monotonic() * HURRY

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / HURRY)


@dataclass(frozen=True, slots=True)
class StagedModel:
    """Implements ports.Model. "model <place>" counts how often a turn was asked for."""

    inner: ScriptedModel
    scene: Scene
    stage: Stage
    fate: Fate
    shelf: MutableMapping[str, bytes]
    name: str = "scripted"

    async def turn(
        self,
        messages: Sequence[Message],
        tools: Sequence[ToolSpec],
        *,
        instructions: str,
        max_tokens: int,
        may_call: bool = True,
    ) -> AsyncGenerator[ModelDelta]:
        place = sum(isinstance(message, Responded) for message in messages)
        key = f"effect model {place}"
        self.shelf[key] = str(int(self.shelf.get(key, b"0")) + 1).encode()
        played = self.inner.turn(
            messages, tools, instructions=instructions, max_tokens=max_tokens, may_call=may_call
        )
        async with aclosing(played) as deltas:
            async for delta in deltas:
                awaited = self.scene.turn_waits.get(place)
                if awaited and isinstance(delta, TurnEnded):
                    await self.stage.heard[awaited].wait()
                    self.fate.reach("model")
                yield delta

    async def aclose(self) -> None:
        """Nothing is open."""


class StagedSandbox(FakeSandbox):
    """Its effects are points at which a process may end."""

    def __init__(
        self, shelf: MutableMapping[str, bytes], scene: Scene, stage: Stage, fate: Fate
    ) -> None:
        super().__init__(shelf)
        self._scene, self._stage, self._fate = scene, stage, fate

    async def run(
        self, box: SessionId, call: CallId, command: Command
    ) -> AsyncGenerator[Output | Exited]:
        async with aclosing(super().run(box, call, command)) as items:
            async for item in items:
                if isinstance(item, Output):
                    self._fate.reach("effect")
                    self._stage.begin(command.argv[-1])
                yield item

    async def attach(self, box: SessionId, call: CallId) -> AsyncGenerator[Output | Exited]:
        async with aclosing(super().attach(box, call)) as items:
            async for item in items:
                self._stage.attached.set()
                if isinstance(item, Output):
                    self._stage.begin(item.text.removeprefix("did ").rstrip())
                yield item

    async def write(self, box: SessionId, path: str, data: bytes) -> None:
        await super().write(box, path, data)
        self._fate.reach("effect")
        self._stage.begin(f"Write {path}")
        if path in self._scene.write_waits:
            await self._stage.heard[self._scene.write_waits[path]].wait()
