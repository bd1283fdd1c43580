"""Which messages show a file."""

from __future__ import annotations

from dataclasses import replace

from adapters.simulators.slack.channel import Channel
from adapters.simulators.slack.file import Share
from adapters.simulators.slack.message import Message
from adapters.simulators.slack.workspace import Workspace


def shared_in(team: Workspace, channel: Channel, message: Message) -> None:
    share = Share(channel.id, message.ts, message.thread_ts, channel.kind == "channel")
    for name in message.files:
        file = team.files[name]
        team.files[name] = replace(file, shares=(*file.shares, share))
