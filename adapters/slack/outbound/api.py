"""Calls of Slack's Web API in one workspace, with errors in Aether's words."""

from __future__ import annotations

from dataclasses import dataclass

import aiohttp
from pydantic import JsonValue
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.installations.web import ask, read, write
from adapters.slack.outbound import rate_limits
from adapters.slack.outbound.errors import fault_of, lost
from adapters.slack.workspace import Workspace

_READS = frozenset(
    {"conversations.info", "conversations.members", "conversations.replies", "files.info"}
    | {"usergroups.list", "users.info"}
)
_ADDRESSED = frozenset({"files.getUploadURLExternal"})  # takes no JSON

Json = dict[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Api:
    """`web` retries nothing by itself (`retry_handlers=[]`). Its token may change between calls."""

    web: AsyncWebClient
    workspace: Workspace

    async def call(self, method: str, **arguments: JsonValue) -> Json:
        """The answer of one call; arguments that are None are left out. Raises SurfaceFault."""
        send = read if method in _READS else ask if method in _ADDRESSED else write
        try:
            return await send(self.web, method, **arguments)
        except SlackApiError as error:
            (rate_limit,) = rate_limits.of(self.workspace, method)
            raise fault_of(method, rate_limit, error) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise lost(method, error) from None


def next_page(answer: Json) -> str:
    """The cursor of what follows; "" after the last page."""
    about = answer.get("response_metadata")
    cursor = about.get("next_cursor") if isinstance(about, dict) else None
    return cursor if isinstance(cursor, str) else ""
