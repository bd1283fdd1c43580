"""What the model says: thinking, text, and what it cost."""

from __future__ import annotations

from typing import Literal

from runtime.ids import StepId, Value


class ThinkingStart(Value):
    type: Literal["thinking_start"] = "thinking_start"
    turn: int
    attempt: int = 1
    step_id: StepId | None = None


class ThinkingChunk(Value):
    """Broadcast."""

    type: Literal["thinking_chunk"] = "thinking_chunk"
    turn: int
    attempt: int = 1
    text: str


class ThinkingComplete(Value):
    """`partial`: the run ended before the thought did; `text` is what people read of it."""

    type: Literal["thinking_complete"] = "thinking_complete"
    turn: int
    attempt: int = 1
    text: str
    step_id: StepId | None = None
    seconds: float = 0.0
    partial: bool = False


class ResponseStart(Value):
    type: Literal["response_start"] = "response_start"
    turn: int
    attempt: int = 1


class ResponseChunk(Value):
    """Broadcast. Sent from the first text of a turn on, before `response_start` too."""

    type: Literal["response_chunk"] = "response_chunk"
    turn: int
    attempt: int = 1
    text: str


class ResponseComplete(Value):
    """`final=False`: text that a call followed; a note on the card, or a finished message if it
    was opened. `partial`: the run ended before the text did; this is what people read of it."""

    type: Literal["response_complete"] = "response_complete"
    turn: int
    text: str
    final: bool = True
    partial: bool = False


class Usage(Value):
    """The turn is complete: its tokens and US dollars; cost is None where the price is unknown."""

    type: Literal["usage"] = "usage"
    turn: int
    attempt: int = 1
    input_tokens: int
    output_tokens: int
    cost: float | None = None
    measured: bool = True
