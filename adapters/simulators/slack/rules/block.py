"""One block and what stands inside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from adapters.simulators.slack.rules.element import faults_of_elements
from adapters.simulators.slack.rules.kinds import RULES
from adapters.simulators.slack.rules.sdk import block_faults
from adapters.simulators.slack.wire import Json

CHILDREN = {"container": "child_blocks", "carousel": "elements", "plan": "tasks"}
BLOCK_ID = 255


def complaints(block: Json, place: str) -> Iterator[str]:
    """In Slack's words: what, and where as a JSON pointer."""
    for fault in _faults(block):
        yield f"[ERROR] {fault} [json-pointer:/blocks{place}]"
    name = CHILDREN.get(str(block.get("type")), "")
    for number, child in enumerate(children(block)):
        yield from complaints(child, f"{place}/{name}/{number}")


def children(block: Json) -> list[Json]:
    given = block.get(CHILDREN.get(str(block.get("type")), ""))
    items = cast("list[object]", given) if isinstance(given, list) else []
    found = [cast("Json", item) for item in items if isinstance(item, dict)]
    if block.get("type") == "plan":  # its tasks are cards, said or not
        return [{"type": "task_card", **task} for task in found]
    return found


def _faults(block: Json) -> Iterator[str]:
    kind = block.get("type")
    if not isinstance(kind, str):
        yield "missing required field: type"
        return
    if len(str(block.get("block_id", ""))) > BLOCK_ID:
        yield f"block_id: must have at most {BLOCK_ID} characters"
    faults = [*block_faults(block)]
    yield from faults
    if not faults and kind in RULES:
        yield from RULES[kind](block)
    if not children(block):
        yield from faults_of_elements(block)
