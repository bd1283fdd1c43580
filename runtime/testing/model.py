"""A model that plays a script: stateless, so that a restarted process plays the right turn."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from runtime.errors import ModelError
from runtime.ports import (
    Message,
    ModelDelta,
    RawCall,
    Responded,
    TextDelta,
    ThinkingDelta,
    ToolSpec,
    TurnEnded,
    Used,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One turn: what is thought, said and called. `fails` is raised after the words instead."""

    text: str = ""
    thinking: str = ""
    calls: tuple[tuple[str, dict[str, Any]], ...] = ()
    fails: ModelError | None = None
    pieces: int = 4
    cut: bool = False


Reply = Callable[[Sequence[Message]], Line]


@dataclass(slots=True)
class ScriptedModel:
    """Implements ports.Model. The n-th line answers a conversation with n-1 earlier responses, so
    its place in the script follows from the messages alone. `asked` records every request."""

    script: Sequence[Line | Reply]
    name: str = "scripted"
    asked: list[Sequence[Message]] = field(default_factory=list[Sequence[Message]])

    async def turn(
        self,
        messages: Sequence[Message],
        tools: Sequence[ToolSpec],
        *,
        instructions: str,
        max_tokens: int,
        may_call: bool = True,
    ) -> AsyncGenerator[ModelDelta]:
        """Play the line whose turn it is."""
        self.asked.append(messages)
        place = sum(isinstance(message, Responded) for message in messages)
        line = self.script[min(place, len(self.script) - 1)]
        line = line if isinstance(line, Line) else line(messages)
        for piece in _pieces(line.thinking, line.pieces):
            yield ThinkingDelta(piece)
        for piece in _pieces(line.text, line.pieces):
            yield TextDelta(piece)
        if line.fails is not None:
            raise line.fails
        yield _end(line, place, may_call=may_call)

    async def aclose(self) -> None:
        """Nothing is open."""


def _pieces(text: str, count: int) -> list[str]:
    size = max(1, -(-len(text) // count))
    return [text[i : i + size] for i in range(0, len(text), size)]


def _end(line: Line, place: int, *, may_call: bool) -> TurnEnded:
    calls = tuple(
        RawCall(f"call_{place}_{n}", tool, json.dumps(arguments))
        for n, (tool, arguments) in enumerate(line.calls)
    )
    return TurnEnded(
        blob=json.dumps({"text": line.text, "calls": [call.tool for call in calls]}),
        library="scripted",
        text=line.text,
        thinking=line.thinking,
        calls=calls if may_call else (),
        used=Used(input_tokens=100, output_tokens=20, cost=0.001),
        cut=line.cut,
    )
