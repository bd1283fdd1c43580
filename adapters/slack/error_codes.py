"""Slack's error codes, split by whether trying again is of use, with a way on for the operator."""

from __future__ import annotations

from typing import Any, cast

from slack_sdk.errors import SlackApiError

_NEW_TOKEN = "install the app again and set the token that Slack shows"  # noqa: S105 -- a sentence
_OURS = {
    "invalid_auth": "set the token of this app, copied whole",
    "not_authed": "set a token",
    "account_inactive": _NEW_TOKEN,
    "token_revoked": _NEW_TOKEN,
    "token_expired": _NEW_TOKEN,
    "user_removed_from_team": _NEW_TOKEN,
    "team_access_not_granted": "install the app in this workspace",
    "not_allowed_token_type": "use the bot token (xoxb-) for the bot and the app token (xapp-) for"
    " Socket Mode",
    "ekm_access_denied": "ask the administrators of the workspace for access",
    "access_denied": "ask the administrators of the workspace for access",
    "no_permission": "ask the administrators of the workspace for access",
    "missing_scope": "give it the missing scope in the app's settings, then install it again",
    "socket_mode_disabled": "switch Socket Mode on in the app's settings",
    "app_not_eligible": "switch Socket Mode on in the app's settings",
    "invalid_client_id": "copy the client id from the app's settings",
    "bad_client_secret": "copy the client secret from the app's settings",
    "invalid_app_id": "use the token of an app that exists",
}
"""Codes of Slack's method reference that no retry changes, whatever is asked for."""

_THEIRS = {
    "not_in_channel": "the bot is not in the channel: invite it there with /invite",
    "channel_not_found": "the bot cannot see the channel: invite it there with /invite",
    "is_archived": "the channel is archived: open it again, or ask elsewhere",
    "thread_not_found": "the thread was deleted: start a new one",
    "cannot_reply_to_message": "nobody can answer to this message: start a new thread",
    "messages_tab_disabled": "switch the Messages tab on, under App Home of the app's settings",
    "restricted_action": "the workspace does not let the bot post: ask its administrators",
    "msg_too_long": "the message is too long for Slack",
    "msg_blocks_too_long": "the message is too long for Slack",
    "msg_blocks_too_many": "the message has too many parts for Slack",
    "file_uploads_disabled": "the workspace takes no files: ask its administrators",
    "storage_limit_reached": "the workspace has no room for files: delete some",
}
"""Those that are about the place or the message."""

_ABOUT_WRITING = frozenset(
    {"app_access_restricted", "as_user_not_supported", "cant_broadcast_message"}
    | {"cant_delete_message", "channel_type_not_supported", "deprecated_endpoint"}
    | {"enterprise_is_restricted", "external_channel_migrating", "feature_disabled"}
    | {"feature_not_enabled", "is_inactive", "message_limit_exceeded", "message_not_found"}
    | {"message_not_in_streaming_state", "message_not_owned_by_app", "method_deprecated"}
    | {"method_not_supported_for_channel_type", "missing_recipient_team_id"}
    | {"missing_recipient_user_id", "not_authorized", "posting_to_channel_denied"}
    | {"send_on_behalf_not_allowed", "stopped_by_user", "streaming_mode_mismatch"}
    | {"streaming_state_conflict", "team_not_found", "two_factor_setup_required"}
    | {"unknown_method", "user_is_bot", "user_is_restricted", "user_is_ultra_restricted"}
    | {"user_not_found", "accesslimited", "invalid_thread_ts"}
)
"""Other codes of the chat methods that are about who writes where."""

_CONTENT = frozenset({"msg_too_long", "msg_blocks_too_long", "msg_blocks_too_many"})

OF_TOKEN = frozenset(
    {"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"}
    | {"user_removed_from_team"}
)
"""Those that are about our token, and say nothing about what was asked."""


def code_of(error: SlackApiError) -> str:
    """The error code; "" for an answer that has none. Never what was sent."""
    return _field(error, "error")


def needed_by(error: SlackApiError) -> str:
    """The scope that a `missing_scope` names."""
    return _field(error, "needed")


def is_final(error: SlackApiError) -> bool:
    """Whether only the operator can help."""
    return code_of(error) in _OURS


def is_about_content(code: str) -> bool:
    """Whether a message in other blocks may be taken. Slack invents codes: an unknown one is taken
    for one about content, which costs a few calls; the other mistake would cost the answer."""
    if code in _CONTENT:
        return True
    is_other = code in _OURS or code in _THEIRS or code in _ABOUT_WRITING
    return not is_other and not code.startswith(("restricted_action", "slack_connect_"))


def remedy_of(error: SlackApiError) -> str:
    """What people can do, as a clause; "" where only waiting helps."""
    return (_OURS | _THEIRS).get(code_of(error), "")


def _field(error: SlackApiError, name: str) -> str:
    # The SDK types its answers as Any; behind a proxy they may be pages of HTML.
    response = cast(object, error.response)
    data: Any = getattr(response, "data", response)
    found = cast(dict[str, object], data).get(name) if isinstance(data, dict) else None
    return found if isinstance(found, str) else ""
