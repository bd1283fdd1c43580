"""The methods that an agent app needs: what they require, and how they are counted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Method:
    """`scope` is what it needs; `of_channel` is a family of scopes, of which the channel's type
    says the one ("history" is channels:history in a public channel); methods about several types
    demand theirs by themselves. `optional` lists what else it takes. Tier 5 is special."""

    tier: int
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    scope: str = ""
    of_channel: str = ""


def _m(
    tier: int, required: str = "", optional: str = "", scope: str = "", of_channel: str = ""
) -> Method:
    return Method(tier, tuple(required.split()), tuple(optional.split()), scope, of_channel)


_LOOK = "icon_emoji icon_url username"
_BODY = "text blocks attachments markdown_text metadata parse link_names"
_PAGE = "cursor limit"
_PAST = f"{_PAGE} latest oldest inclusive include_all_metadata"
_WRITE = "chat:write"

METHODS: dict[str, Method] = {
    "agents.sessions.rename": _m(3, "channel_id title", "thread_ts", _WRITE),
    "agents.sessions.setStatus": _m(
        3, "channel_id status", f"thread_ts title initiator_user_id {_LOOK}", _WRITE
    ),
    "api.test": _m(4, "", "error foo"),
    "apps.connections.open": _m(3),
    "assistant.threads.setStatus": _m(
        5, "channel_id thread_ts status", f"loading_messages {_LOOK}", _WRITE
    ),
    "assistant.threads.setSuggestedPrompts": _m(
        4, "channel_id prompts", "thread_ts title", "assistant:write"
    ),
    "assistant.threads.setTitle": _m(4, "channel_id thread_ts title", "", "assistant:write"),
    "auth.revoke": _m(3, "", "test"),
    "auth.test": _m(5),
    "bots.info": _m(3, "", "bot", "users:read"),
    "chat.appendStream": _m(4, "channel ts", "markdown_text chunks", _WRITE),
    "chat.delete": _m(3, "channel ts", "as_user", _WRITE),
    "chat.getPermalink": _m(5, "channel message_ts"),
    "chat.postEphemeral": _m(4, "channel user", f"{_BODY} thread_ts as_user {_LOOK}", _WRITE),
    "chat.postMessage": _m(
        5,
        "channel",
        f"{_BODY} thread_ts reply_broadcast unfurl_links unfurl_media mrkdwn as_user {_LOOK}",
        _WRITE,
    ),
    "chat.startStream": _m(
        2,
        "channel",
        "thread_ts markdown_text chunks recipient_team_id recipient_user_id task_display_mode"
        f" {_LOOK}",
        _WRITE,
    ),
    "chat.stopStream": _m(
        2, "channel ts", "markdown_text chunks blocks metadata session_status", _WRITE
    ),
    "chat.update": _m(3, "channel ts", f"{_BODY} file_ids reply_broadcast as_user", _WRITE),
    "conversations.history": _m(3, "channel", _PAST, of_channel="history"),
    "conversations.info": _m(3, "channel", "include_locale include_num_members", of_channel="read"),
    "conversations.join": _m(3, "channel", "", "channels:join"),
    "conversations.list": _m(2, "", f"{_PAGE} types exclude_archived"),
    "conversations.members": _m(4, "channel", _PAGE, of_channel="read"),
    "conversations.open": _m(3, "", "channel users return_im prevent_creation"),
    "conversations.replies": _m(3, "channel ts", _PAST, of_channel="history"),
    "files.completeUploadExternal": _m(
        4, "files", f"channel_id channels thread_ts initial_comment blocks {_LOOK}", "files:write"
    ),
    "files.delete": _m(3, "file", "", "files:write"),
    "files.getUploadURLExternal": _m(4, "filename length", "alt_txt snippet_type", "files:write"),
    "files.info": _m(4, "file", f"{_PAGE} count page", "files:read"),
    "oauth.v2.access": _m(
        5, "", "client_id client_secret code redirect_uri grant_type refresh_token"
    ),
    "reactions.add": _m(3, "channel name timestamp", "", "reactions:write"),
    "reactions.get": _m(3, "", "channel timestamp full", "reactions:read"),
    "reactions.remove": _m(2, "name", "channel timestamp", "reactions:write"),
    "team.info": _m(3, "", "team domain", "team:read"),
    "usergroups.list": _m(2, "", "include_count include_disabled include_users", "usergroups:read"),
    "usergroups.users.list": _m(2, "usergroup", "include_disabled", "usergroups:read"),
    "users.conversations": _m(3, "", f"{_PAGE} types user exclude_archived"),
    "users.info": _m(4, "user", "include_locale", "users:read"),
    "users.list": _m(2, "", f"{_PAGE} include_locale", "users:read"),
    "views.open": _m(4, "view", "trigger_id interactivity_pointer"),
    "views.publish": _m(4, "user_id view", "hash"),
    "views.push": _m(4, "view", "trigger_id interactivity_pointer"),
    "views.update": _m(4, "view", "view_id external_id hash"),
}

WITHOUT_BOT_TOKEN = frozenset({"api.test", "apps.connections.open", "oauth.v2.access"})
"""These bring another proof, or none."""
