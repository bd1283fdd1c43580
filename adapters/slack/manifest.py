"""The app's manifest: paste it at https://api.slack.com/apps, "From a manifest", and the app is as
Aether needs it."""

from __future__ import annotations

from typing import Any, Literal

import yaml

from adapters.commands import SLASHED
from adapters.slack.inbound.event_dispatcher import ASK
from runtime.errors import Misconfigured

EVENTS_PATH = "/slack/events"
REDIRECT_PATH = "/slack/oauth_redirect"

SCOPES: dict[str, str] = {
    "app_mentions:read": "hear that it is called",
    "assistant:write": "show titles and prompts in direct messages",
    "channels:history": "hear replies in threads of public channels",
    "channels:read": "know who can read a public channel",
    "chat:write": "write",
    "commands": "offer /aether and the message shortcut",
    "files:read": "read files that people attach",
    "files:write": "deliver files",
    "groups:history": "hear replies in threads of private channels",
    "groups:read": "know who is in a private channel",
    "im:history": "hear direct messages",
    "im:read": "know whose a direct message is",
    "mpim:history": "hear replies in threads of group messages",
    "mpim:read": "know who is in a group message",
    "reactions:read": "hear the stop sign",
    "reactions:write": "show at once that it heard",
    "usergroups:read": "know who may approve by the role of a user group",
    "users:read": "know who belongs to the workspace, and call people by their names",
}
"""Every right that the bot asks for, and what is missing without it."""

REQUIRED = frozenset({"app_mentions:read", "chat:write"})
"""Without these it cannot work at all."""
MEMBERSHIP = "users:read"
"""Without this nobody is known to belong to the workspace, so nobody is let in."""

EVENTS = (
    "agent_session_stopped",
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "reaction_added",
    "tokens_revoked",
)
"""What the app must hear of. Without some of them it is silently deaf."""

_PROMPTS = (
    ("What can you do?", "What can you do?"),
    ("Explain a file", "Explain the file that I attach next, in plain words."),
    ("Write a script", "Write a small script, run it, and show me what it prints: "),
)


def manifest(mode: Literal["socket", "http"] = "socket", public_url: str = "") -> str:
    """YAML that needs no editing. With `public_url` (https, without a path) workspaces can install
    the app by themselves; mode "http" needs it. Raises Misconfigured without it."""
    url = public_url.rstrip("/")
    if mode == "http" and not url.startswith("https://"):
        raise Misconfigured(
            "slack: public_url must begin with https:// in mode http: Slack sends events there"
        )
    return yaml.safe_dump(_app(mode, url), sort_keys=False, allow_unicode=True, width=100)


def _app(mode: Literal["socket", "http"], url: str) -> dict[str, Any]:
    redirects = {"redirect_urls": [url + REDIRECT_PATH]} if url else {}
    return {
        "display_information": {
            "name": "Aether",
            "description": "An agent of your own that works in threads, in the open",
            "background_color": "#1f2328",
        },
        "features": _features(mode, url),
        "oauth_config": {**redirects, "scopes": {"bot": list(SCOPES)}},
        "settings": _settings(mode, url),
    }


def _features(mode: Literal["socket", "http"], url: str) -> dict[str, Any]:
    command = {
        "command": "/aether",
        "description": "What is open in this channel, and how to steer it",
        "usage_hint": " | ".join([*(spec.usage for spec in SLASHED), "help"]),
        "should_escape": False,
    }
    if mode == "http":
        command["url"] = url + EVENTS_PATH
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": "aether", "always_online": True},
        "agent_view": {
            "agent_description": "Plans, runs tools in a sandbox, asks before anything risky",
            "suggested_prompts": [{"title": t, "message": m} for t, m in _PROMPTS],
        },
        "slash_commands": [command],
        "shortcuts": [
            {
                "name": "Ask Aether",
                "type": "message",
                "callback_id": ASK,
                "description": "Begin a task with this message",
            }
        ],
    }


def _settings(mode: Literal["socket", "http"], url: str) -> dict[str, Any]:
    at = {"request_url": url + EVENTS_PATH} if mode == "http" else {}
    return {
        "event_subscriptions": {**at, "bot_events": list(EVENTS)},
        "interactivity": {"is_enabled": True, **at},
        "org_deploy_enabled": False,
        "socket_mode_enabled": mode == "socket",
        "token_rotation_enabled": False,
    }
