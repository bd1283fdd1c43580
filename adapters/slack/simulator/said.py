"""Events about messages: what an app hears when something is said, changed or taken back."""

from __future__ import annotations

from adapters.slack.simulator.channel import Channel
from adapters.slack.simulator.house import House
from adapters.slack.simulator.message import Message
from adapters.slack.simulator.read import message_json
from adapters.slack.simulator.wire import Json
from adapters.slack.simulator.workspace import Workspace

CHANNEL_EVENTS = {
    "channel": "message.channels",
    "group": "message.groups",
    "im": "message.im",
    "mpim": "message.mpim",
}


def hears(house: House, team: Workspace, channel: Channel) -> bool:
    """Whether the app gets plain messages of this channel."""
    wanted = CHANNEL_EVENTS[channel.kind] in house.registration.events
    return wanted and team.bot.id in channel.members


def announce_message(house: House, team: Workspace, message: Message) -> None:
    """A mention arrives twice: as app_mention and as message."""
    channel = team.channels[message.channel]
    event = _event(house, team, message)
    if _calls_the_bot(house, team, channel, message):
        house.emit(team, {**event, "type": "app_mention"})
    if hears(house, team, channel):
        house.emit(team, {**event, "channel_type": channel.kind})
    house.changes.note()


def _calls_the_bot(house: House, team: Workspace, channel: Channel, message: Message) -> bool:
    """In a direct message there is nobody else to mention."""
    mentioned = f"<@{team.bot.id}>" in message.text and message.user != team.bot.id
    wanted = "app_mention" in house.registration.events and channel.kind != "im"
    return mentioned and wanted and team.bot.id in channel.members


def _event(house: House, team: Workspace, message: Message) -> Json:
    shown = message_json(house, team, message)
    unknown_to_events = ("reply_count", "reply_users", "reply_users_count", "latest_reply")
    for name in (*unknown_to_events, "subscribed", "agent_session"):
        shown.pop(name, None)
    if not message.is_reply and message.thread_ts is None:
        shown.pop("thread_ts", None)
    return {**shown, "channel": message.channel, "event_ts": message.ts}


def announce_change(house: House, team: Workspace, message: Message, before: Message) -> None:
    channel = team.channels[message.channel]
    if hears(house, team, channel):
        house.emit(
            team,
            {
                "type": "message",
                "subtype": "message_changed",
                "hidden": True,
                "channel": channel.id,
                "channel_type": channel.kind,
                "ts": (stamp := team.stamps.next()),
                "event_ts": stamp,
                "message": message_json(house, team, message),
                "previous_message": message_json(house, team, before),
            },
        )
    house.changes.note()


def announce_deletion(house: House, team: Workspace, message: Message) -> None:
    channel = team.channels[message.channel]
    if hears(house, team, channel):
        house.emit(
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
                "previous_message": message_json(house, team, message),
            },
        )
    house.changes.note()
