"""The validators that ship with Slack's own SDK."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any, cast

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models import blocks
from slack_sdk.models.basic_objects import JsonObject

from adapters.simulators.slack.wire import Json

Parse = Callable[[Json], JsonObject | None]
_models = cast("Any", blocks)  # the SDK's own signatures name bare dicts
_block: Parse = _models.Block.parse
_element: Parse = _models.BlockElement.parse

UNKNOWN_TO_SDK = frozenset({"data_table", "data_visualization"})

# Unknown keys and kinds are a refusal here, no warning in a log.
logging.getLogger("slack_sdk.models").setLevel(logging.ERROR)


def block_faults(block: Json) -> Iterator[str]:
    if block.get("type") not in UNKNOWN_TO_SDK:
        yield from _faults(_block, block)


def element_faults(element: Json) -> Iterator[str]:
    yield from _faults(_element, element)


def _faults(parse: Parse, source: Json) -> Iterator[str]:
    try:
        parsed = parse(dict(source))
        if parsed is None:
            yield f"unsupported type: {source.get('type')}"
        else:
            parsed.validate_json()
    except SlackObjectFormationError as error:
        yield str(error)
    except (TypeError, ValueError, AttributeError, KeyError):
        yield "failed to match all allowed schemas"
