"""What a chat method is given to say."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, cast

from adapters.simulators.slack.arguments import Arguments
from adapters.simulators.slack.refusal import Refusal
from adapters.simulators.slack.rules.payload import MARKDOWN_SUM, checked
from adapters.simulators.slack.wire import Json

TEXT_KEPT = 40_000
TEXT_UPDATED = 4_000
METADATA_BYTES = 8_000
ATTACHMENTS = 100


@dataclass(frozen=True, slots=True)
class Body:
    """None where the argument was left out; `truncated` is worth a warning."""

    text: str | None
    blocks: tuple[Json, ...] | None
    attachments: tuple[Json, ...] | None
    metadata: Json | None
    truncated: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.text and not self.blocks and not self.attachments


NO_BODY = Body(None, None, None, None)


def read_body(args: Arguments) -> Body:
    """Raises Refusal where Slack refuses."""
    markdown, text = args.maybe("markdown_text"), args.maybe("text")
    blocks = args.objects("blocks", "invalid_blocks_format")
    if markdown is not None:
        if text is not None or blocks:
            raise Refusal("markdown_text_conflict")
        if len(markdown) > MARKDOWN_SUM:
            raise Refusal("msg_too_long")
        text, blocks = markdown, ({"type": "markdown", "text": markdown},)
    attachments = args.objects("attachments", "invalid_attachments")
    if attachments is not None and len(attachments) > ATTACHMENTS:
        raise Refusal("too_many_attachments")
    return Body(
        text=text[:TEXT_KEPT] if text is not None else None,
        blocks=None if blocks is None else checked(blocks),
        attachments=attachments,
        metadata=read_metadata(args),
        truncated=text is not None and len(text) > TEXT_KEPT,
    )


def read_metadata(args: Arguments) -> Json | None:
    """`{}` is given back as it is: it removes what was there."""
    given = args.object("metadata", "invalid_metadata_format")
    if not given:
        return given
    event, payload = given.get("event_type"), given.get("event_payload")
    if not isinstance(event, str) or not isinstance(payload, dict):
        raise Refusal("invalid_metadata_format")
    for value in cast("Json", payload).values():
        if not _is_flat(value, depth=1):
            raise Refusal("invalid_metadata_schema")
    if len(json.dumps(given)) > METADATA_BYTES:
        raise Refusal("metadata_too_large")
    return given


def _is_flat(value: Any, depth: int) -> bool:
    """Strings, numbers and truth values; one level of objects or lists of them."""
    match value:
        case str() | bool() | int() | float():
            return True
        case dict() if depth:
            return all(_is_flat(v, 0) for v in cast("Json", value).values())
        case list() if depth:
            return all(_is_flat(item, 1) for item in cast("list[Any]", value))
        case _:
            return False
