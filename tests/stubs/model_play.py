"""Drives one turn of any model and keeps what came."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol

from model_server import ModelServer

from runtime.models.request import Limits
from runtime.models.spec import Effort
from runtime.models.turn import DirectModel
from runtime.ports.model import (
    Message,
    RawCall,
    TextDelta,
    ThinkingDelta,
    ToolSpec,
    TurnEnded,
)


class On(Protocol):
    """A model of a shape on a server, closed when the test ends."""

    def __call__(
        self,
        server: ModelServer,
        shape: str,
        limits: Limits | None = None,
        thinking: Effort = "",
    ) -> DirectModel: ...


TOOLS = tuple(
    ToolSpec(name, f"{name}.", {"type": "object", "properties": {}})
    for name in ("plan", "shell", "write_file", "list_files", "deliver")
)


@dataclass(frozen=True, slots=True)
class Played:
    """A turn: what was streamed, and its end."""

    text: str
    thinking: str
    end: TurnEnded

    @property
    def calls(self) -> tuple[RawCall, ...]:
        return self.end.calls


async def play(
    model: DirectModel,
    *messages: Message,
    tools: tuple[ToolSpec, ...] = TOOLS,
    may_call: bool = True,
    max_tokens: int = 1000,
) -> Played:
    """One whole turn; fails unless it ends with exactly one TurnEnded."""
    text, thinking = "", ""
    ends: list[TurnEnded] = []
    turn = model.turn(
        messages, tools, instructions="Be brief.", max_tokens=max_tokens, may_call=may_call
    )
    async with aclosing(turn) as deltas:
        async for delta in deltas:
            assert not ends, "nothing comes after the end"
            match delta:
                case TextDelta(text=piece):
                    text += piece
                case ThinkingDelta(text=piece):
                    thinking += piece
                case TurnEnded():
                    ends.append(delta)
    return Played(text, thinking, ends[0])
