"""Whether Slack would take a payload: its SDK's validators all the way down, and the limits that
they do not know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol, cast

from slack_sdk.models.basic_objects import JsonObject
from slack_sdk.models.blocks import Block, BlockElement
from slack_stage import texts

from adapters.simulators.slack.readback import expanded
from adapters.slack.render.card import Payload

_BLOCKS = {
    "actions", "context", "context_actions", "markdown", "plan", "rich_text", "task_card",
}  # fmt: skip
_ELEMENTS = {"button", "feedback_buttons", "static_select"}
_RICH = {
    "text", "user", "date", "rich_text_section", "rich_text_quote", "rich_text_preformatted",
    "rich_text_list",
}  # fmt: skip

# Characters, or members of a list; at least one.
_LENGTHS: dict[str, dict[str, int]] = {
    "button": {"text": 75, "value": 2_000},
    "markdown": {"text": 12_000},
    "plain_text": {"text": 3_000},
    "plan": {"title": 250, "tasks": 50},
    "static_select": {"placeholder": 150, "options": 100},
    "task_card": {"title": 250},
    "text": {"text": 11_000},
}


class _Blocks(Protocol):
    """The SDK's parsers, with types."""

    def parse(self, block: dict[str, Any], /) -> JsonObject | None: ...


def complaints(payload: Payload) -> list[str]:
    """None for a message that Slack takes, with room to spare."""
    found = [
        f"{count} blocks" if not 1 <= (count := len(expanded(payload.blocks))) <= 50 else "",
        f"{len(payload.text)} characters of text" if not 1 <= len(payload.text) <= 4_000 else "",
        f"{size(payload)} characters" if size(payload) > 11_000 else "",
    ]
    markdown = sum(len(str(b["text"])) for b in payload.blocks if b["type"] == "markdown")
    found.append(f"{markdown} characters of Markdown" if markdown > 12_000 else "")
    found += [text for block in payload.blocks for text in _wrong(block)]
    return [text for text in found if text]


def size(payload: Payload) -> int:
    return sum(map(len, texts(payload.blocks)))


def _wrong(node: object) -> Iterator[str]:
    if isinstance(node, list):
        for item in cast(list[object], node):
            yield from _wrong(item)
    if isinstance(node, dict):
        part = cast(dict[str, Any], node)
        yield from _shape(part)
        yield from _limits(part)
        for value in part.values():
            yield from _wrong(value)


def _shape(part: dict[str, Any]) -> Iterator[str]:
    """Raises what the validators raise."""
    kind = part.get("type")
    if kind in _BLOCKS:
        block = cast(_Blocks, Block).parse(dict(part))
        if block is None:
            yield f"no such block: {kind}"
            return
        block.validate_json()
        if unknown := set(part) - set(block.attributes) - {"type", "block_id"}:
            yield f"{kind} has no {unknown}"
    elif kind in _ELEMENTS:
        element = cast(_Blocks, BlockElement).parse(dict(part))
        if element is None:
            yield f"no such element: {kind}"
            return
        element.validate_json()
    elif kind is not None and kind not in _RICH | {"plain_text"}:
        yield f"unexpected: {kind}"


def _limits(part: dict[str, Any]) -> Iterator[str]:
    kind = part.get("type")
    for name, most in _LENGTHS.get(kind or "", {}).items():
        value: Any = part[name]
        length = len(cast(dict[str, str], value)["text"] if isinstance(value, dict) else value)
        if not 1 <= length <= most:
            yield f"{kind} has a {name} of {length}"
    if kind in ("actions", "context_actions"):
        ids = [element["action_id"] for element in part["elements"]]
        if len(set(ids)) != len(ids):
            yield f"action ids stand twice: {ids}"
    for option in part.get("options", ()):
        if len(option["text"]["text"]) > 75 or len(option["value"]) > 150:
            yield f"an option is too large: {option}"
