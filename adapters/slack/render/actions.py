"""What people can press."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adapters.ports.cards import Block, Button, Buttons, Choice
from adapters.slack.button_values import action_id
from adapters.slack.render.block_kit import Json, plain
from adapters.slack.render.text import line

_LABEL = 75


def actions(blocks: Sequence[Block], *, native: bool = True) -> Iterator[Json]:
    """Feedback as Slack draws it, if that is `native`; everything else in one row."""
    row: list[Json] = []
    for block in blocks:
        if native and isinstance(block, Buttons) and _is_feedback(block):
            yield _feedback(block)
        elif isinstance(block, Buttons):
            row += [_button(button, len(row) + n) for n, button in enumerate(block.row)]
        elif isinstance(block, Choice) and block.options:
            row.append(_select(block, len(row)))
    if row:
        yield {"type": "actions", "elements": [*row]}


def feedback_of(blocks: Sequence[Block]) -> Json | None:
    """The feedback buttons alone, for the end of a native stream."""
    rows = (block for block in blocks if isinstance(block, Buttons))
    return next((_feedback(row) for row in rows if _is_feedback(row)), None)


def _is_feedback(block: Buttons) -> bool:
    return tuple((b.press.kind, b.press.choice) for b in block.row) == (
        ("run", "good"),
        ("run", "bad"),
    )


def _feedback(block: Buttons) -> Json:
    good, bad = block.row
    element: Json = {
        "type": "feedback_buttons",
        "action_id": action_id(0),
        "positive_button": {"text": plain(line(good.label, _LABEL)), "value": str(good.press)},
        "negative_button": {"text": plain(line(bad.label, _LABEL)), "value": str(bad.press)},
    }
    return {"type": "context_actions", "elements": [element]}


def _button(button: Button, place: int) -> Json:
    element: Json = {
        "type": "button",
        "action_id": action_id(place),
        "text": plain(line(button.label, _LABEL)),
        "value": str(button.press),
    }
    return element if button.style == "plain" else element | {"style": button.style}


def _select(choice: Choice, place: int) -> Json:
    select: Json = {
        "type": "static_select",
        "action_id": action_id(place),
        "placeholder": plain(line(choice.label, _LABEL)),
        "options": [
            {"text": plain(line(option.label, _LABEL)), "value": str(option.press)}
            for option in choice.options
        ],
    }
    if choice.confirm:
        select["confirm"] = _confirm(choice)
    return select


def _confirm(choice: Choice) -> Json:
    """The dialog that Slack shows before a pick counts ("Confirmation dialog object")."""
    return {
        "title": plain(line(f"{choice.label}?", 100)),
        "text": plain(line(choice.confirm, 300)),
        "confirm": plain("Approve"),
        "deny": plain("Back"),
        "style": "danger",
    }
