"""How a press token travels in Block Kit: buttons and options carry it as their value, the action
id only tells elements of a block apart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import cast

from adapters.ports.button import ButtonToken, parse

ACTION = re.compile(r"press:[0-9]{1,2}", re.ASCII)
"""The action ids of everything that can be pressed on our messages."""


def action_id(place: int) -> str:
    """Of the element that stands at this place of its block, from 0."""
    return f"press:{place}"


def token_of(action: Mapping[str, object]) -> ButtonToken | None:
    """What one of `actions` of a block_actions payload presses: a button or one of the feedback
    buttons by its own value, a select by the value of the option that was picked. None for
    everything that is not ours."""
    if not ACTION.fullmatch(_text(action.get("action_id"))):
        return None
    picked = action.get("selected_option")
    value = cast(Mapping[str, object], picked).get("value") if isinstance(picked, dict) else None
    return parse(_text(value if value is not None else action.get("value")))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
