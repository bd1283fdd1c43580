"""Every card that layout can make of any view fits into a message."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import cast

from adapters_play import CALL, QUESTION
from discord_cards import (
    ASKED,
    Json,
    cards,
    components,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runtime.approvals import Rule
from runtime.events import (
    Event,
    Outcome,
    PlanCreated,
    QuestionAsked,
    ResponseChunk,
    ResponseComplete,
    ResponseStart,
    RunFinished,
    SubagentStarted,
    ThinkingChunk,
    ThinkingStart,
    ToolCallChunk,
    ToolCallStart,
)
from runtime.ids import StepId, WorkerId
from runtime.plan import Step

Growing = st.sampled_from(("*", "\u202e", "`", "<@1>", "@here ", "\\", "\n# ", "ab ", "☂", "| "))
Foreign = st.one_of(
    Growing.map(lambda sign: sign * 2_000), st.text(max_size=40).map(lambda words: words * 100)
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(foreign=Foreign, count=st.integers(1, 60), over=st.booleans())
def test_every_card_of_every_view_fits(foreign: str, count: int, over: bool) -> None:
    steps = tuple(
        Step(id=StepId(str(n)), title=foreign, note=foreign, tool_types=(foreign,) * 9)
        for n in range(count)
    )
    people = tuple(str(10**17 + n) for n in range(count))
    events: list[Event] = [
        ThinkingStart(turn=1),
        ThinkingChunk(turn=1, text=foreign),
        PlanCreated(steps=steps),
        *(SubagentStarted(subagent_id=WorkerId(str(n)), title=foreign) for n in range(count)),
        ToolCallStart(call_id=CALL, tool=foreign, summary=foreign, isolation=foreign),
        ToolCallChunk(call_id=CALL, text=foreign),
        ASKED.model_copy(
            update={
                "operation": foreign,
                "why": foreign,
                "tool": foreign,
                "rule": Rule(people=people, roles=(foreign,) * count),
            }
        ),
        QuestionAsked(question_id=QUESTION, question=foreign, options=(foreign,) * count),
        ResponseStart(turn=1),
        ResponseChunk(turn=1, text=foreign),
    ]
    if over:
        events += [
            ResponseComplete(turn=1, text=foreign),
            RunFinished(outcome=Outcome.FAILED, reason=foreign),
        ]
    for card in cards(*events):
        if card.blocks:
            assert list(complaints(components(card))) == []


def complaints(parts: list[Json]) -> Iterator[str]:
    """What Discord would refuse ("Component Reference")."""
    texts = [str(part["content"]) for part in parts if part["type"] == 10]
    if len(parts) > 40:
        yield f"{len(parts)} components"
    if sum(map(len, texts)) > 4_000 or any(not said.strip() for said in texts):
        yield f"{[len(said) for said in texts]} characters"
    ids = [part["custom_id"] for part in parts if "custom_id" in part]
    if len(set(map(str, ids))) < len(ids) or any(len(str(one)) > 100 for one in ids):
        yield f"ids {ids}"
    for part in parts:
        if part["type"] == 2 and not 1 <= len(str(part["label"]).strip()) <= 80:
            yield f"label {part['label']}"
        options = cast(list[Json], part.get("options", []))
        if len(options) > 25 or any(
            not 1 <= len(str(option[name]).strip()) <= 100
            for option in options
            for name in ("label", "value")
        ):
            yield f"options {json.dumps(options)}"
        if part["type"] == 1 and not 1 <= len(cast(list[Json], part["components"])) <= 5:
            yield "a row of no or too many buttons"
