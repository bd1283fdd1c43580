"""Who can read a channel, and whether we are in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from pydantic import ValidationError

from adapters.ports.errors import SurfaceFault
from adapters.slack.inbound.lookup_cache import LookupCache
from adapters.slack.inbound.payloads import Listed, Shape
from adapters.slack.installations.workspace_client import WorkspaceClient
from adapters.slack.outbound.api import Api, next_page

KEPT = timedelta(minutes=1)
"""How long somebody who left a channel still counts as being in it, at most."""
_PAGE, _PAGES = 1_000, 10  # whoever stands behind the last page is not taken for a member


class _Channel(Shape):
    """ "Conversation object"."""

    is_channel: bool | None = None
    is_member: bool | None = None
    is_private: bool | None = None
    is_im: bool | None = None
    is_mpim: bool | None = None
    is_group: bool | None = None
    is_ext_shared: bool | None = None


class _Info(Shape):
    channel: _Channel


class _Members(Shape):
    members: Listed[str] = ()


@dataclass(frozen=True, slots=True)
class Channels:
    lookups: LookupCache

    async def is_public(self, client: WorkspaceClient, channel: str) -> bool | None:
        """Whether all full members of the workspace can read it; None if Slack does not say. What
        is shared with other workspaces is not only theirs."""

        async def ask() -> bool | None:
            found = await _about(client, channel)
            closed = (found.is_private, found.is_group, found.is_im, found.is_mpim)
            return bool(found.is_channel) and not any(closed) and not found.is_ext_shared

        key = (client.team, "conversations.info", channel)
        return await self.lookups.ask(key, ask, KEPT, refused=None, silent=None)

    async def has_us(self, client: WorkspaceClient, channel: str) -> bool:
        """Whether we could write there; not if Slack does not say, and of the direct messages of
        others it never does. Asked anew: whoever was told no invites us and tries again."""
        try:
            found = await _about(client, channel)
        except (SurfaceFault, ValidationError):
            return False
        return bool(found.is_member or found.is_im or found.is_mpim)

    async def members(self, client: WorkspaceClient, channel: str) -> frozenset[str] | None:
        """None if Slack does not say."""

        async def ask() -> frozenset[str] | None:
            return await _members(Api(client.web, client.workspace), channel)

        key = (client.team, "conversations.members", channel)
        return await self.lookups.ask(key, ask, KEPT, refused=None, silent=None)


async def _about(client: WorkspaceClient, channel: str) -> _Channel:
    """Raises SurfaceFault and ValidationError."""
    told = await Api(client.web, client.workspace).call("conversations.info", channel=channel)
    return _Info.model_validate(told).channel


async def _members(api: Api, channel: str) -> frozenset[str]:
    found, cursor = set[str](), ""
    for _ in range(_PAGES):
        page = await api.call(
            "conversations.members", channel=channel, limit=_PAGE, cursor=cursor or None
        )
        found.update(_Members.model_validate(page).members)
        cursor = next_page(page)
        if not cursor:
            break
    return frozenset(found)
