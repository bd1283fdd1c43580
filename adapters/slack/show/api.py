"""Calls of Slack's Web API in one workspace, with errors in Aether's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, cast

import aiohttp
from pydantic import JsonValue
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.show import budgets
from adapters.slack.show.faults import fault_of, lost
from adapters.slack.workspace import Workspace

# The method reference: these read, and take their arguments from the address.
_READS = frozenset({"conversations.info", "conversations.replies", "files.info", "users.info"})
_FORMS = frozenset({"files.getUploadURLExternal"})  # takes no JSON

Json = dict[str, JsonValue]


class _Response(Protocol):
    """What the SDK answers, with types."""

    data: JsonValue


class _Caller(Protocol):
    """What of the SDK's client is used, with types."""

    async def api_call(
        self,
        api_method: str,
        *,
        http_verb: str = ...,
        params: Json | None = ...,
        json: Json | None = ...,
    ) -> _Response: ...


@dataclass(frozen=True, slots=True)
class Api:
    """`web` retries nothing by itself (`retry_handlers=[]`). Its token may change between calls."""

    web: AsyncWebClient
    workspace: Workspace

    async def call(self, method: str, **arguments: JsonValue) -> Json:
        """The answer of one call; arguments that are None are left out. Raises SurfaceFault."""
        given: Json = {name: value for name, value in arguments.items() if value is not None}
        try:
            return await self._send(method, given)
        except SlackApiError as error:
            (budget,) = budgets.of(self.workspace, method)
            raise fault_of(method, budget, error) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise lost(method, error) from None

    async def _send(self, method: str, given: Json) -> Json:
        web = cast(_Caller, self.web)
        if method in _READS:
            response = await web.api_call(method, http_verb="GET", params=given)
        elif method in _FORMS:
            response = await web.api_call(method, params=given)
        else:
            response = await web.api_call(method, json=given)
        return cast(Json, response.data)  # the SDK raises for everything that is not `ok`
