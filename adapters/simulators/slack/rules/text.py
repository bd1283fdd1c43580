"""Text objects, options and confirmations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from adapters.simulators.slack.options import options_of
from adapters.simulators.slack.wire import Json

PLAIN = ("plain_text",)
ANY = ("plain_text", "mrkdwn")


def text_faults(text: Any, name: str, most: int, kinds: tuple[str, ...] = ANY) -> Iterator[str]:
    """A text object of 1 to `most` characters."""
    if not isinstance(text, dict):
        yield f"missing required field: {name}"
        return
    found = cast("Json", text)
    kind, words = found.get("type"), found.get("text")
    if kind not in kinds:
        yield f"{name}: must be {' or '.join(kinds)}, not {kind}"
    if not isinstance(words, str) or not 1 <= len(words) <= most:
        yield f"{name}: must have 1 to {most} characters"


def option_faults(element: Json, most: int) -> Iterator[str]:
    options = options_of(element)
    if not 1 <= len(options) <= most:
        yield f"options: must have 1 to {most} items"
    values = [option.get("value") for option in options]
    for option in options:
        yield from text_faults(option.get("text"), "option text", 75)
        if not isinstance(option.get("value"), str) or len(option["value"]) > 150:
            yield "option value: must have at most 150 characters"
    if len({*map(str, values)}) < len(values):
        yield "options: values must be unique"


def confirm_faults(confirm: Any) -> Iterator[str]:
    for name, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        kinds = ANY if name == "text" else PLAIN
        text = cast("Json", confirm).get(name) if isinstance(confirm, dict) else None
        if text is not None or name in ("title", "text"):
            yield from text_faults(text, f"confirm {name}", most, kinds)
