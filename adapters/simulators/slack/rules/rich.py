"""Rich text, part by part, which the SDK's validators do not look into ("Rich text block")."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from adapters.simulators.slack.wire import Json

DEEPEST = 8
"""Steps of a list's indent."""
LIST_STYLES = ("bullet", "ordered")
RANGES = ("here", "channel", "everyone")
STYLES = frozenset(
    {"bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"}
)
_PARTS = {
    "broadcast": "range",
    "channel": "channel_id",
    "color": "value",
    "date": "timestamp",
    "emoji": "name",
    "link": "url",
    "team": "team_id",
    "text": "text",
    "user": "user_id",
    "usergroup": "usergroup_id",
}
"""What each kind of part cannot be without."""
_HOLDS = {
    "rich_text_section": frozenset(_PARTS),
    "rich_text_quote": frozenset(_PARTS),
    "rich_text_preformatted": frozenset({"text", "link"}),
    "rich_text_list": frozenset({"rich_text_section"}),
}


def rich_faults(block: Json) -> Iterator[str]:
    yield from _inside(block, frozenset(_HOLDS), "elements")


def _inside(holder: Json, kinds: frozenset[str], place: str) -> Iterator[str]:
    """Nothing may be empty, and nothing else may stand there."""
    given: Any = holder.get("elements")
    elements = cast("list[Any]", given) if isinstance(given, list) else []
    if not elements:
        yield f"missing required field: {place}"
    for number, element in enumerate(elements):
        part = cast("Json", element) if isinstance(element, dict) else Json()
        kind = str(part.get("type"))
        if kind not in kinds:
            yield f"{place}/{number}: unsupported type: {kind}"
        elif kind in _HOLDS:
            yield from _indent(part, f"{place}/{number}")
            yield from _inside(part, _HOLDS[kind], f"{place}/{number}/elements")
        else:
            yield from _part(part, kind, f"{place}/{number}")


def _indent(part: Json, place: str) -> Iterator[str]:
    if part["type"] == "rich_text_list" and part.get("style") not in LIST_STYLES:
        yield f"{place}/style: must be one of {', '.join(LIST_STYLES)}"
    if part.get("border", 0) not in (0, 1):
        yield f"{place}/border: must be 0 or 1"
    if part.get("indent", 0) not in range(DEEPEST + 1):
        yield f"{place}/indent: must be 0 to {DEEPEST}"


def _part(part: Json, kind: str, place: str) -> Iterator[str]:
    needed = _PARTS[kind]
    if needed not in part:
        yield f"{place}: missing required field: {needed}"
    yield from _style(part.get("style"), place)
    if kind == "broadcast" and part.get("range") not in RANGES:
        yield f"{place}/range: must be one of {', '.join(RANGES)}"
    for name in {needed, "text"} & {*part}:
        if part[name] in ("", None):
            yield f"{place}/{name}: must be more than 0 characters"


def _style(style: Any, place: str) -> Iterator[str]:
    """An object that says true or false of each, or nothing."""
    if style is None:
        return
    if not isinstance(style, dict):
        yield f"{place}/style: must be an object"
        return
    for name, value in cast("Json", style).items():
        if name not in STYLES or not isinstance(value, bool):
            yield f"{place}/style/{name}: is no style"
