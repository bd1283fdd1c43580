"""A scripted model that can be held in the middle of a turn, or takes its time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

from runtime.ports import Clock, Message, ModelDelta, Responded, ToolSpec
from runtime.testing.model import Line, Reply, ScriptedModel


class HeldModel:
    """Implements ports.Model."""

    def __init__(
        self, script: Sequence[Line | Reply], clock: Clock | None = None, pace: float = 0.0
    ) -> None:
        """`pace` is in seconds of the clock before each piece."""
        self._inner = ScriptedModel(script)
        self._clock, self._pace = clock, pace
        self._holds: dict[tuple[int, int], asyncio.Event] = {}

    @property
    def name(self) -> str:
        return self._inner.name

    @property
    def script(self) -> Sequence[Line | Reply]:
        return self._inner.script

    @script.setter
    def script(self, script: Sequence[Line | Reply]) -> None:
        self._inner.script = script

    @property
    def asked(self) -> list[Sequence[Message]]:
        """Every request, oldest first."""
        return self._inner.asked

    def hold(self, turn: int, after: int) -> asyncio.Event:
        """The turn (from 0) says so many pieces, and goes on when the event is set."""
        return self._holds.setdefault((turn, after), asyncio.Event())

    async def turn(
        self,
        messages: Sequence[Message],
        tools: Sequence[ToolSpec],
        *,
        instructions: str,
        max_tokens: int,
        may_call: bool = True,
    ) -> AsyncGenerator[ModelDelta]:
        turn = sum(isinstance(message, Responded) for message in messages)
        told = 0
        async for delta in self._inner.turn(
            messages, tools, instructions=instructions, max_tokens=max_tokens, may_call=may_call
        ):
            if (turn, told) in self._holds:
                await self._holds[turn, told].wait()
            if self._clock is not None:
                await self._clock.sleep(self._pace)
            yield delta
            told += 1

    async def aclose(self) -> None:
        await self._inner.aclose()
