"""Events about messages: what an app hears when something is said, changed or taken back."""

from __future__ import annotations

from adapters.simulators.slack.channel import Channel
from adapters.simulators.slack.message import Message
from adapters.simulators.slack.read import message_json
from adapters.simulators.slack.state import State
from adapters.simulators.slack.wire import Json
from adapters.simulators.slack.workspace import Workspace

CHANNEL_EVENTS = {
    "channel": "message.channels",
    "group": "message.groups",
    "im": "message.im",
    "mpim": "message.mpim",
}


def hears(service: State, team: Workspace, channel: Channel) -> bool:
    """Whether the app gets plain messages of this channel."""
    wanted = CHANNEL_EVENTS[channel.kind] in service.registration.events
    return wanted and team.bot.id in channel.members


def announce_message(service: State, team: Workspace, message: Message) -> None:
    """A mention arrives twice: as app_mention and as message."""
    channel = team.channels[message.channel]
    event = _event(service, team, message)
    if _calls_the_bot(service, team, channel, message):
        service.emit(team, {**event, "type": "app_mention"})
    if hears(service, team, channel):
        service.emit(team, {**event, "channel_type": channel.kind})
    service.changes.note()


def announce_added_mention(
    service: State, team: Workspace, message: Message, before: Message
) -> None:
    """An edit that adds a mention sends the message once more as app_mention."""
    channel = team.channels[message.channel]
    calls = _calls_the_bot(service, team, channel, message)
    if calls and not _calls_the_bot(service, team, channel, before):
        service.emit(team, {**_event(service, team, message), "type": "app_mention"})


def _calls_the_bot(service: State, team: Workspace, channel: Channel, message: Message) -> bool:
    """In a direct message there is nobody else to mention."""
    mentioned = f"<@{team.bot.id}>" in message.text and message.user != team.bot.id
    wanted = "app_mention" in service.registration.events and channel.kind != "im"
    return mentioned and wanted and team.bot.id in channel.members


def _event(service: State, team: Workspace, message: Message) -> Json:
    shown = message_json(service, team, message)
    unknown_to_events = ("reply_count", "reply_users", "reply_users_count", "latest_reply")
    for name in (*unknown_to_events, "subscribed", "agent_session"):
        shown.pop(name, None)
    if not message.is_reply and message.thread_ts is None:
        shown.pop("thread_ts", None)
    return {**shown, "channel": message.channel, "event_ts": message.ts}


def announce_change(service: State, team: Workspace, message: Message, before: Message) -> None:
    channel = team.channels[message.channel]
    if hears(service, team, channel):
        service.emit(
            team,
            {
                "type": "message",
                "subtype": "message_changed",
                "hidden": True,
                "channel": channel.id,
                "channel_type": channel.kind,
                "ts": (stamp := team.stamps.next()),
                "event_ts": stamp,
                "message": message_json(service, team, message),
                "previous_message": message_json(service, team, before),
            },
        )
    service.changes.note()


def announce_deletion(service: State, team: Workspace, message: Message) -> None:
    channel = team.channels[message.channel]
    if hears(service, team, channel):
        service.emit(
            team,
            {
                "type": "message",
                "subtype": "message_deleted",
                "hidden": True,
                "channel": channel.id,
                "channel_type": channel.kind,
                "ts": (stamp := team.stamps.next()),
                "event_ts": stamp,
                "deleted_ts": message.ts,
                "previous_message": message_json(service, team, message),
            },
        )
    service.changes.note()
