"""Asks a model for one tool call and says what came back: `doctor`'s question.

Chat templates of local models often know no tools, and then servers drop them without a word.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass

from runtime.errors import ModelError
from runtime.ports.model import Model, RawCall, Said, ToolSpec, TurnEnded

TOOL = ToolSpec(
    name="ready",
    description="Report that you can call tools.",
    parameters={
        "type": "object",
        "properties": {"word": {"type": "string", "description": "The word yes."}},
        "required": ["word"],
        "additionalProperties": False,
    },
)
ASK = 'Call the tool "ready" with the word "yes". Do nothing else.'
TOKENS = 2048  # room for the thinking of models that always think


@dataclass(frozen=True, slots=True)
class Verdict:
    """`fit` where the model can work with tools; `text` is one sentence for people."""

    fit: bool
    text: str


async def probe(model: Model, seconds: float = 60.0) -> Verdict:
    """Never raises for what a provider does; ends after `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            turn = await _ask(model)
    except TimeoutError:
        return Verdict(False, f"{model.name} did not answer within {seconds:g} seconds.")
    except ModelError as error:
        return Verdict(False, str(error))
    return _judge(model.name, turn)


async def _ask(model: Model) -> TurnEnded:
    turn: TurnEnded | None = None
    answer = model.turn([Said(ASK)], [TOOL], instructions="", max_tokens=TOKENS)
    async for delta in answer:
        if isinstance(delta, TurnEnded):
            turn = delta
    assert turn is not None, "a turn ends with TurnEnded or raises"
    return turn


def _judge(name: str, turn: TurnEnded) -> Verdict:
    if any(call.tool == TOOL.name and _is_object(call) for call in turn.calls):
        return Verdict(True, f"{name} answers and calls tools.")
    if turn.calls:
        call = turn.calls[0]
        return Verdict(
            False,
            f"{name} calls tools, but not as asked: {call.tool}({call.arguments})"[:200]
            + ". A larger model will do better.",
        )
    if turn.cut:
        return Verdict(False, f"{name} used {TOKENS} tokens without an answer.")
    return Verdict(
        False,
        f"{name} answers, but got no tools: its server or chat template dropped them (llama-server "
        "needs --jinja). Choose a model that supports tools.",
    )


def _is_object(call: RawCall) -> bool:
    try:
        return isinstance(json.loads(call.arguments), dict)
    except ValueError:
        return False
