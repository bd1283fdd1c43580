"""Interactive elements: what the SDK checks, and what it leaves open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from adapters.simulators.slack.elements import elements
from adapters.simulators.slack.rules.sdk import element_faults
from adapters.simulators.slack.rules.text import PLAIN, confirm_faults, option_faults, text_faults
from adapters.simulators.slack.wire import Json

ACTION_ID, VALUE = 255, 2000
_MOST_OPTIONS = {
    "overflow": 5,
    "radio_buttons": 10,
    "checkboxes": 10,
    "static_select": 100,
    "multi_static_select": 100,
}


def faults_of_elements(block: Json) -> Iterator[str]:
    """All that can be pressed in one block, however deep; action ids are unique in a block."""
    seen: set[tuple[str, str]] = set()
    for each in elements([block]):
        key = (each.block_id, each.action_id)
        if key in seen:
            yield f"action_id {each.action_id!r} already exists in this block"
        if each.action_id:
            seen.add(key)
        yield from _faults(each.source)


def _faults(element: Json) -> Iterator[str]:
    yield from element_faults(element)
    # Without one Slack makes one up; an empty one it refuses.
    if "action_id" in element and not 1 <= len(str(element["action_id"])) <= ACTION_ID:
        yield f"action_id: must have 1 to {ACTION_ID} characters"
    kind = str(element["type"])
    if kind == "button":
        yield from text_faults(element.get("text"), "text", 75, PLAIN)
    if kind == "feedback_buttons":
        for side in ("positive_button", "negative_button"):
            yield from _side_faults(element.get(side), side)
    if kind in _MOST_OPTIONS:
        yield from option_faults(element, _MOST_OPTIONS[kind])
    if element.get("confirm") is not None:
        yield from confirm_faults(element["confirm"])


def _side_faults(side: Any, name: str) -> Iterator[str]:
    if not isinstance(side, dict):
        yield f"missing required field: {name}"
        return
    button = cast("Json", side)
    yield from text_faults(button.get("text"), f"{name} text", 75, PLAIN)
    if not 1 <= len(str(button.get("value", ""))) <= VALUE:
        yield f"{name} value: must have 1 to {VALUE} characters"
