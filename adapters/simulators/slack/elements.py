"""What people can press in blocks, however deep it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from adapters.simulators.slack.options import options_of
from adapters.simulators.slack.wire import Json

_ONE = {
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
}
_OPTION = frozenset({"static_select", "external_select", "radio_buttons", "overflow"})
_OPTIONS = frozenset({"multi_static_select", "multi_external_select", "checkboxes"})
_MANY = {
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
}
_PRESSED = frozenset({"button", "icon_button", "feedback_buttons", "workflow_button"})
KINDS = frozenset({*_ONE, *_OPTION, *_OPTIONS, *_MANY, *_PRESSED})

Choice = str | tuple[str, ...] | None
"""A text, an option's value, an id or a date; several for what takes several."""


@dataclass(frozen=True, slots=True)
class Element:
    block_id: str
    source: Json

    @property
    def kind(self) -> str:
        return str(self.source["type"])

    @property
    def action_id(self) -> str:
        return str(self.source.get("action_id", ""))


def elements(blocks: Iterable[Json]) -> Iterator[Element]:
    for block in blocks:
        yield from _within(block, "")


def _within(node: Any, block: str) -> Iterator[Element]:
    if isinstance(node, list | tuple):
        for item in cast("list[Any]", node):
            yield from _within(item, block)
    elif isinstance(node, dict):
        source = cast("Json", node)
        block = str(source.get("block_id") or block)
        if source.get("type") in KINDS:
            yield Element(block, source)
        for value in source.values():
            yield from _within(value, block)


def element(blocks: Iterable[Json], action_id: str, value: Choice = None) -> Element:
    """By action id; by its value too where one id stands on several. Raises KeyError."""
    found = [each for each in elements(blocks) if each.action_id == action_id]
    exact = [each for each in found if each.source.get("value") == value]
    for each in exact or found:
        return each
    raise KeyError(f"nothing to press has the action id {action_id!r}")


def chosen(element: Element, choice: Choice) -> Json:
    """What the element says after the choice, as in `state.values` and in `actions`. Raises
    ValueError for an option that it does not have."""
    kind = element.kind
    if kind in _ONE:
        return {"type": kind, _ONE[kind]: choice}
    if kind in _MANY:
        return {"type": kind, _MANY[kind]: list(_several(choice))}
    if kind in _OPTIONS:
        options = [_option(element.source, value) for value in _several(choice)]
        return {"type": kind, "selected_options": options}
    if kind in _OPTION:
        return {"type": kind, "selected_option": _option(element.source, choice)}
    return {"type": kind, **_pressed(element.source, choice)}


def _several(choice: Choice) -> tuple[str, ...]:
    if choice is None:
        return ()
    return (choice,) if isinstance(choice, str) else choice


def _pressed(source: Json, choice: Choice) -> Json:
    if source["type"] == "feedback_buttons":
        for side in ("positive_button", "negative_button"):
            if source[side].get("value") == choice:
                return {"value": choice, "text": source[side]["text"]}
        raise ValueError(f"feedback has no button with the value {choice!r}")
    return {name: source[name] for name in ("value", "text", "style") if name in source}


def _option(source: Json, value: Choice) -> Json | None:
    if value is None:
        return None
    if source["type"] in ("external_select", "multi_external_select"):
        return {"text": {"type": "plain_text", "text": str(value)}, "value": value}
    for option in options_of(source):
        if option.get("value") == value:
            return option
    raise ValueError(f"{source.get('action_id')!r} has no option {value!r}")


def initial(element: Element) -> Json | None:
    """What stands there before anybody touched it; None for what has no state."""
    source, kind = element.source, element.kind
    if kind in _PRESSED or kind == "overflow":
        return None
    if kind in _ONE:
        first = _ONE[kind].replace("selected_", "initial_").replace("value", "initial_value")
        return {"type": kind, _ONE[kind]: source.get(first)}
    if kind in _MANY:
        first = _MANY[kind].replace("selected_", "initial_")
        return {"type": kind, _MANY[kind]: source.get(first, [])}
    if kind in _OPTIONS:
        return {"type": kind, "selected_options": source.get("initial_options", [])}
    return {"type": kind, "selected_option": source.get("initial_option")}


def initial_values(blocks: Iterable[Json]) -> Json:
    values: Json = {}
    for each in elements(blocks):
        if (state := initial(each)) is not None:
            values.setdefault(each.block_id, {})[each.action_id] = state
    return values
