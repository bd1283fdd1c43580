"""What Slack accepts as a modal or a Home tab."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import cast

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.basic_objects import JsonObject
from slack_sdk.models.views import View

from adapters.simulators.slack.refusal import Refusal
from adapters.simulators.slack.rules.payload import IN_VIEW, VIEW_BYTES, checked
from adapters.simulators.slack.wire import Json

MESSAGES_ONLY = frozenset({"context_actions", "markdown", "plan", "table", "task_card"})
"""Blocks that no modal and no Home tab shows, from the pages of these blocks."""

# The SDK names its arguments loosely: a view is an object from the wire here.
_sdk_view = cast("Callable[..., JsonObject]", View)


def checked_view(view: Json | None, kind: str) -> Json:
    """`kind` is "modal" or "home". The view, its blocks named."""
    if not view:
        raise Refusal("invalid_arguments", "[ERROR] missing required field: view")
    if view.get("type") != kind:
        raise Refusal("invalid_arguments", f"[ERROR] type must be {kind} [json-pointer:/view/type]")
    if len(json.dumps(view)) > VIEW_BYTES:
        raise Refusal("view_too_large")
    blocks = view.get("blocks")
    if not isinstance(blocks, list):
        raise Refusal("invalid_arguments", "[ERROR] missing required field: blocks")
    named = _blocks(view)
    try:
        _sdk_view(**{**view, "blocks": list(named)}).validate_json()
    except (SlackObjectFormationError, TypeError) as error:
        raise Refusal("invalid_arguments", f"[ERROR] {error}") from None
    inputs = any(block.get("type") == "input" for block in named)
    if kind == "modal" and inputs and not view.get("submit"):
        raise Refusal("invalid_arguments", "[ERROR] missing required field: submit")
    if kind == "modal" and not view.get("title"):
        raise Refusal("invalid_arguments", "[ERROR] missing required field: title")
    return {**view, "blocks": list(named)}


def _blocks(view: Json) -> tuple[Json, ...]:
    """Complaints about blocks are invalid arguments of a view."""
    try:
        named = checked(view["blocks"], IN_VIEW)
    except Refusal as refusal:
        raise Refusal("invalid_arguments", *refusal.messages or (refusal.error,)) from None
    for place, block in enumerate(named):
        if block["type"] in MESSAGES_ONLY:
            complaint = f"unsupported type: {block['type']} [json-pointer:/view/blocks/{place}]"
            raise Refusal("invalid_arguments", f"[ERROR] {complaint}")
    return named
