"""Who reads a direct message: streams want to know."""

from __future__ import annotations

from collections import OrderedDict

from pydantic import ValidationError

from adapters.ports.errors import SurfaceFault
from adapters.slack.inbound.payloads import Shape, Text
from adapters.slack.outbound.api import Api, Json

_KEPT = 1_000


class _Channel(Shape):
    user: Text = ""


class _Answer(Shape):
    channel: _Channel


class Recipients:
    """By channel; the last that were asked for are kept."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._known: OrderedDict[str, str] = OrderedDict()

    async def of(self, channel: str) -> Json:
        """Arguments of chat.startStream; none if Slack does not tell, and direct messages need
        none."""
        if channel not in self._known:
            user = await self._ask(channel)
            if not user:
                return {}
            self._known[channel] = user
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)
        team = self._api.workspace.team
        return {"recipient_user_id": self._known[channel], "recipient_team_id": team}

    async def _ask(self, channel: str) -> str:
        try:
            answer = await self._api.call("conversations.info", channel=channel)
            return _Answer.model_validate(answer).channel.user
        except (SurfaceFault, ValidationError):
            return ""
