"""What the SDK's validators leave open, block by block. Limits from "Block Kit reference"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

from adapters.simulators.slack.rules.rich import rich_faults
from adapters.simulators.slack.rules.text import ANY, PLAIN, text_faults
from adapters.simulators.slack.wire import Json

ACTIONS, CONTEXT, CONTEXT_ACTIONS, FIELDS = 25, 10, 5, 10
ROWS, CELLS = 100, 20
TASKS, MARKDOWN = 50, 12_000
IN_CONTAINER = frozenset(
    {
        "actions", "context", "divider", "file", "header", "image", "input", "rich_text",
        "section", "table", "video",
    }
)  # fmt: skip
_IN_CONTEXT_ACTIONS = frozenset({"feedback_buttons", "icon_button"})
_IN_ACTIONS = frozenset(
    {
        "button", "channels_select", "checkboxes", "conversations_select", "datepicker",
        "datetimepicker", "external_select", "multi_channels_select",
        "multi_conversations_select", "multi_external_select", "multi_static_select",
        "multi_users_select", "overflow", "radio_buttons", "rich_text_input", "static_select",
        "timepicker", "users_select", "workflow_button",
    }
)  # fmt: skip
"""From the pages of the two blocks."""
_CELLS = {"raw_text", "raw_number", "rich_text"}


def _section(block: Json) -> Iterator[str]:
    if block.get("text") is not None:
        yield from text_faults(block["text"], "text", 3000)
    for field in _list(block.get("fields")):
        yield from text_faults(field, "fields", 2000)


def _header(block: Json) -> Iterator[str]:
    yield from text_faults(block.get("text"), "text", 150, PLAIN)


def _markdown(block: Json) -> Iterator[str]:
    if not isinstance(block.get("text"), str) or not 1 <= len(block["text"]) <= MARKDOWN:
        yield f"text: must have 1 to {MARKDOWN} characters"


def _actions(block: Json) -> Iterator[str]:
    elements = _list(block.get("elements"))
    most = ACTIONS if block["type"] == "actions" else CONTEXT_ACTIONS
    if not 1 <= len(elements) <= most:
        yield f"elements: must have 1 to {most} items"
    allowed = _IN_ACTIONS if block["type"] == "actions" else _IN_CONTEXT_ACTIONS
    for number, element in enumerate(elements):
        kind = cast("Json", element).get("type") if isinstance(element, dict) else None
        if kind not in allowed:
            yield f"elements/{number}: unsupported type: {kind}"


def _context(block: Json) -> Iterator[str]:
    elements = _list(block.get("elements"))
    if not 1 <= len(elements) <= CONTEXT:
        yield f"elements: must have 1 to {CONTEXT} items"
    for element in elements:
        source = cast("Json", element) if isinstance(element, dict) else Json()
        if source.get("type") != "image":
            yield from text_faults(element, "elements", 3000)


def _table(block: Json) -> Iterator[str]:
    rows = [_list(row) for row in _list(block.get("rows"))]
    if not 1 <= len(rows) <= ROWS or any(not 1 <= len(row) <= CELLS for row in rows):
        yield f"rows: must have 1 to {ROWS} rows of 1 to {CELLS} cells"
    cells = [cast("Json", cell) for row in rows for cell in row if isinstance(cell, dict)]
    if any(cell.get("type") not in _CELLS for cell in cells):
        yield f"rows: a cell is one of {', '.join(sorted(_CELLS))}"
    for cell in cells:
        if cell.get("type") == "raw_text" and not cell.get("text"):
            yield "rows: the text of a cell must be more than 0 characters"
        if cell.get("type") == "rich_text":
            yield from rich_faults(cell)


def _plan(block: Json) -> Iterator[str]:
    if not isinstance(block.get("title"), str) or not block["title"]:
        yield "missing required field: title"
    tasks = _list(block.get("tasks"))
    if len(tasks) > TASKS:
        yield f"tasks: must have at most {TASKS} items"
    for task in tasks:
        if not isinstance(task, dict) or not {"title", "task_id"} <= {*cast("Json", task)}:
            yield "tasks: each needs task_id and title"


def _task_card(block: Json) -> Iterator[str]:
    if not block.get("title") or not isinstance(block["title"], str):
        yield "missing required field: title"
    for name in ("details", "output"):
        given = block.get(name)
        if given is not None:
            kind = cast("Json", given).get("type") if isinstance(given, dict) else None
            if kind != "rich_text":
                yield f"{name}: must be one rich_text block"
            else:
                yield from rich_faults(cast("Json", given))


def _alert(block: Json) -> Iterator[str]:
    yield from text_faults(block.get("text"), "text", 200)


def _container(block: Json) -> Iterator[str]:
    for child in _list(block.get("child_blocks")):
        kind = cast("Json", child).get("type") if isinstance(child, dict) else None
        if kind not in IN_CONTAINER:
            yield f"child_blocks: {kind} may not stand in a container"


def _image(block: Json) -> Iterator[str]:
    if not block.get("alt_text"):
        yield "missing required field: alt_text"
    if bool(block.get("image_url")) == bool(block.get("slack_file")):
        yield "one of image_url and slack_file is needed"


def _input(block: Json) -> Iterator[str]:
    yield from text_faults(block.get("label"), "label", 2000, PLAIN)
    if not isinstance(block.get("element"), dict):
        yield "missing required field: element"


def _card(block: Json) -> Iterator[str]:
    if len(_list(block.get("actions"))) > 3:
        yield "actions: must have at most 3 items"
    for name, most in (("title", 150), ("subtitle", 150), ("body", 200)):
        if block.get(name) is not None:
            yield from text_faults(block[name], name, most, ANY)


def _list(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []


RULES: dict[str, Callable[[Json], Iterator[str]]] = {
    "actions": _actions,
    "alert": _alert,
    "card": _card,
    "container": _container,
    "context": _context,
    "context_actions": _actions,
    "header": _header,
    "image": _image,
    "input": _input,
    "markdown": _markdown,
    "plan": _plan,
    "rich_text": rich_faults,
    "section": _section,
    "table": _table,
    "task_card": _task_card,
}
