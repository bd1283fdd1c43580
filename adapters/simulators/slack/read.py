"""Messages as they read back."""

from __future__ import annotations

from dataclasses import replace

from adapters.simulators.slack.agent_session import AgentSession
from adapters.simulators.slack.channel import Channel
from adapters.simulators.slack.message import Message
from adapters.simulators.slack.readback import expanded
from adapters.simulators.slack.state import State
from adapters.simulators.slack.stream import LIFE, End
from adapters.simulators.slack.wire import Json
from adapters.simulators.slack.workspace import Workspace


def message_json(
    service: State, team: Workspace, message: Message, with_metadata: bool = True
) -> Json:
    """Everything that Slack says about a message; parts that are empty are left out."""
    shown: Json = {
        "type": "message",
        "user": message.user,
        "text": message.text,
        "ts": message.ts,
        "team": team.id,
    }
    shown |= _by_app(service, team, message)
    optional: Json = {
        "subtype": message.subtype,
        "username": message.username,
        "client_msg_id": message.client_msg_id,
        "thread_ts": message.thread_ts,
        "blocks": expanded(message.blocks),
        "attachments": list(message.attachments),
        "reactions": [reaction.json() for reaction in message.reactions],
        "files": [file_json(service, team, file) for file in message.files],
        "metadata": message.metadata if with_metadata else None,
        "edited": {"user": message.user, "ts": message.edited_at} if message.edited_at else None,
    }
    shown |= {name: value for name, value in optional.items() if value}
    if message.stream is not None:
        shown["streaming_state"] = "in_progress" if message.stream.is_open else "completed"
    return shown | _in_thread(service, team, message)


def _by_app(service: State, team: Workspace, message: Message) -> Json:
    if message.bot_id is None:
        return {}
    profile = {"id": message.bot_id, "app_id": message.app_id, "name": team.bot.name}
    return {
        "bot_id": message.bot_id,
        "app_id": message.app_id,
        "bot_profile": {**profile, "team_id": team.id, "deleted": False},
    }


def _in_thread(service: State, team: Workspace, message: Message) -> Json:
    channel = team.channels[message.channel]
    if message.is_reply:
        root = channel.messages.get(message.root)
        return {"parent_user_id": root.user} if root else {}
    session = team.sessions.get((channel.id, message.ts))
    about = {"agent_session": _session_json(service, team, session)} if session else Json()
    replies = channel.replies(message.ts)
    if not replies:
        return about
    return about | {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users": list(dict.fromkeys(reply.user for reply in replies)),
        "reply_users_count": len({reply.user for reply in replies}),
        "latest_reply": replies[-1].ts,
        "subscribed": False,
    }


def _session_json(service: State, team: Workspace, session: AgentSession) -> Json:
    state = session.at(service.clock.now()).state
    status = {"agent_bot_user_id": team.bot.id, "status": state}
    stoppable = state == "processing" and "agent_session_stopped" in service.registration.events
    return {
        "status": state,
        "agent_bot_user_ids": [team.bot.id],
        "agent_statuses": [{**status, "is_stoppable": stoppable}],
    }


def file_json(service: State, team: Workspace, file: str) -> Json:
    found = team.files[file]
    if found.deleted:
        return {"id": file, "mode": "tombstone"}
    return found.json(service.base_url, team.id)


def expire_streams(service: State, channel: Channel) -> None:
    """A stream ends five minutes after it began, whatever was appended."""
    now = service.clock.now()
    for message in list(channel.messages.values()):
        stream = message.stream
        if stream is not None and stream.is_open and now - stream.began >= LIFE:
            channel.put(replace(message, stream=replace(stream, end=End.EXPIRED)))
