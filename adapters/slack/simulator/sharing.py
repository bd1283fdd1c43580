"""Which messages show a file."""

from __future__ import annotations

from dataclasses import replace

from adapters.slack.simulator.channel import Channel
from adapters.slack.simulator.file import Share
from adapters.slack.simulator.message import Message
from adapters.slack.simulator.workspace import Workspace


def shared_in(team: Workspace, channel: Channel, message: Message) -> None:
    share = Share(channel.id, message.ts, message.thread_ts, channel.kind == "channel")
    for name in message.files:
        file = team.files[name]
        team.files[name] = replace(file, shares=(*file.shares, share))
