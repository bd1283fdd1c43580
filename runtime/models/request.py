"""One turn as it is asked of a model, and its bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from runtime.ports.model import Message, ToolSpec


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a turn. `silence` is the longest wait for the next byte, `whole` the longest turn,
    both in seconds; `tokens` caps what a caller asks for."""

    silence: float = 180.0
    whole: float = 1800.0
    tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What one turn asks of a model."""

    messages: Sequence[Message]
    tools: Sequence[ToolSpec]
    instructions: str
    max_tokens: int
    may_call: bool
