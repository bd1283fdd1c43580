"""What Slack lets an app spend: "Rate limits" and the tiers of the method reference."""

from __future__ import annotations

from adapters.ports.rate_limit import RateLimit
from adapters.slack.workspace import Workspace

_MINUTE = 60.0
_T2, _T3, _T4 = 20, 50, 100
_CALLS = {
    "agents.sessions.setStatus": _T3,
    "assistant.threads.setStatus": 60,  # "special", without a figure
    "chat.appendStream": _T4,
    "chat.delete": _T3,
    "chat.postMessage": 300,  # "several hundred a minute" for a workspace
    "chat.startStream": _T2,
    "chat.stopStream": _T2,
    "chat.update": _T3,
    "conversations.info": _T3,
    "conversations.members": _T4,
    "conversations.replies": _T3,
    "files.completeUploadExternal": _T4,
    "files.getUploadURLExternal": _T4,
    "files.info": _T4,
    "reactions.add": _T3,
    "usergroups.list": _T2,
    "users.info": _T4,
}


def of(workspace: Workspace, *methods: str) -> tuple[RateLimit, ...]:
    """Of each method: Slack counts by app, workspace and method. A process is one app, and knows
    the workspace before `auth.test` has told the rest: so a budget keeps its name."""
    owner = f"slack/{workspace.team}"
    return tuple(RateLimit(f"{owner}/{method}", _CALLS[method], _MINUTE) for method in methods)


def of_post(workspace: Workspace, channel: str) -> tuple[RateLimit, ...]:
    """A new message: also once a second in each channel."""
    (everywhere,) = of(workspace, "chat.postMessage")
    return everywhere, RateLimit(f"{everywhere.name}/{channel}", 1, 1.0)
