"""The app as it is registered: its secrets, rights and subscriptions."""

from __future__ import annotations

from dataclasses import dataclass, field

SCOPES = frozenset(
    {
        "app_mentions:read", "assistant:write", "channels:history", "channels:join",
        "channels:read", "chat:write", "commands", "files:read", "files:write", "groups:history",
        "groups:read", "im:history", "im:read", "im:write", "mpim:history", "mpim:read",
        "reactions:read", "reactions:write", "team:read", "usergroups:read", "users:read",
    }
)  # fmt: skip
EVENTS = frozenset(
    {
        "agent_session_stopped", "agent_session_title_changed", "app_context_changed",
        "app_home_opened", "app_mention", "app_uninstalled", "member_joined_channel",
        "message.channels", "message.groups", "message.im", "message.mpim", "reaction_added",
        "reaction_removed", "tokens_revoked",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Registration:
    """`request_url` turns HTTP delivery on; without it events go to the sockets. `rotation` makes
    tokens of an installation end after 12 hours. `shortcuts` are those on messages: callback id
    and name. `is_agent` is the manifest's `agent_view`. `org_wide`: an organisation installed the
    app, and its events do not say for which workspace."""

    name: str = "Aether"
    handle: str = "aether"
    app_id: str = "A0AETHER001"
    client_id: str = "1111111111.2222222222"
    client_secret: str = field(default="simulated-client-secret", repr=False)
    signing_secret: str = field(default="simulated-signing-secret", repr=False)
    app_token: str = field(default="xapp-1-A0AETHER001-simulated", repr=False)
    scopes: frozenset[str] = SCOPES
    events: frozenset[str] = EVENTS
    commands: frozenset[str] = frozenset({"/aether"})
    shortcuts: tuple[tuple[str, str], ...] = ()
    request_url: str | None = None
    rotation: bool = False
    is_agent: bool = True
    org_wide: bool = False
