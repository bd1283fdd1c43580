"""Cards as Discord gets them, laid out from events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import cast

from adapters_play import CALL, GATE, Play, started
from pydantic import JsonValue

from adapters.discord.button_ids import decode
from adapters.discord.render.card import LIMITS, render
from adapters.layout.layout import layout
from adapters.ports.button import ButtonToken
from adapters.ports.cards import Card, CardKey, Prose, Urgency
from runtime.approvals import Risk, Rule, Subject
from runtime.events import (
    ApprovalRequired,
    Event,
    PlanCreated,
    StepStarted,
    ToolCallChunk,
    ToolCallStart,
    Usage,
)
from runtime.ids import StepId
from runtime.plan import Step
from runtime.testing.clock import START

Json = dict[str, JsonValue]

ASKED = ApprovalRequired(
    approval_id=GATE, call_id=CALL, tool="shell", operation="rm -r build", risk=Risk.MEDIUM,
    why="deletes a folder", rule=Rule(people=("123456789012345678",)),
    subject=Subject(value="rm -r build"), digest="d", expires_at=START + timedelta(hours=1),
)  # fmt: skip
WORK: tuple[Event, ...] = (
    PlanCreated(
        steps=(
            Step(id=StepId("1"), title="Look *around*", tool_types=("shell",)),
            Step(id=StepId("2"), title="Mend"),
        )
    ),
    StepStarted(step_id=StepId("1")),
    ToolCallStart(call_id=CALL, tool="shell", summary="ls -l", isolation="Docker, no network"),
    ToolCallChunk(call_id=CALL, text="a\n\n\x1b[31mb\x1b[0m\n```c"),
    Usage(turn=1, input_tokens=10_000, output_tokens=2, cost=0.01),
)


def cards(*events: Event) -> tuple[Card, ...]:
    return layout(Play(started(), *events).view, LIMITS)


def components(card: Card) -> list[Json]:
    """Every component of the message as it goes over the wire, in the order they are seen."""
    return list(_walk(cast(list[Json], render(card).to_components())))


def _walk(value: JsonValue | list[Json]) -> Iterator[Json]:
    for part in cast(list[Json], value):
        yield part
        yield from _walk(part.get("components", []))


def text(card: Card) -> str:
    return "\n".join(str(part["content"]) for part in components(card) if part["type"] == 10)


def colour(card: Card) -> JsonValue:
    return components(card)[0]["accent_color"]


def pressed(card: Card) -> list[ButtonToken | None]:
    """What the buttons and options of a card say when they come back."""
    found: list[ButtonToken | None] = []
    for part in components(card):
        if part["type"] == 2:
            found.append(decode(str(part["custom_id"])))
        options = cast(list[Json], part.get("options", []))
        found += [decode(str(part["custom_id"]), [str(o["value"])]) for o in options]
    return found


def tokens(card: Card) -> list[ButtonToken]:
    rows = [getattr(block, "row", getattr(block, "options", ())) for block in card.blocks]
    return [button.press for row in rows for button in row]


def answer(source: str) -> Card:
    return Card(CardKey("answer:r:1:1"), Urgency.FINAL, "done", (Prose(source, source),))
