"""Reading channels: history, threads, members, lists."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from adapters.simulators.slack.call import Call
from adapters.simulators.slack.channel import SCOPES, Channel, Kind
from adapters.simulators.slack.message import Message
from adapters.simulators.slack.read import expire_streams, message_json
from adapters.simulators.slack.refusal import Refusal
from adapters.simulators.slack.wire import Json

T = TypeVar("T")


def replies(call: Call) -> Json:
    """Oldest first, the root before its answers."""
    channel = _readable(call)
    thread = channel.thread(call.args.text("ts"))
    if not thread:
        raise Refusal("thread_not_found")
    if len(thread) == 1 and thread[0].is_reply:
        thread = channel.thread(thread[0].root)
    return _messages(call, _between(call, thread), default=1000, most=1000)


def history(call: Call) -> Json:
    """Newest first."""
    channel = _readable(call)
    found = _between(call, channel.main()[::-1])
    return _messages(call, found, default=100, most=999) | {"pin_count": 0}


def _readable(call: Call) -> Channel:
    channel = call.channel()
    if call.bot.id not in channel.members:
        raise Refusal("not_in_channel")
    expire_streams(call.service, channel)
    return channel


def _between(call: Call, messages: list[Message]) -> list[Message]:
    oldest, latest = _stamp(call, "oldest"), _stamp(call, "latest")
    inclusive = call.args.flag("inclusive")

    def holds(message: Message) -> bool:
        at = Decimal(message.ts)
        if at in (oldest, latest):
            return inclusive
        return (oldest is None or at > oldest) and (latest is None or at < latest)

    return [message for message in messages if holds(message)]


def _stamp(call: Call, name: str) -> Decimal | None:
    text = call.args.text(name)
    if text in ("", "0", "now"):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        raise Refusal(f"invalid_ts_{name}") from None


def _messages(call: Call, found: list[Message], default: int, most: int) -> Json:
    page, after = paged(call, found, default, most)
    metadata = call.args.flag("include_all_metadata")
    shown = [message_json(call.service, call.team, message, metadata) for message in page]
    return {"messages": shown, "has_more": bool(after), **_next(after)}


def _next(after: str) -> Json:
    return {"response_metadata": {"next_cursor": after}} if after else {}


def paged(call: Call, found: Sequence[T], default: int, most: int) -> tuple[Sequence[T], str]:
    """One page, and the cursor of the next; "" at the end."""
    start = _start(call.args.text("cursor"))
    limit = call.args.number("limit", default, 1, most)
    end = start + limit
    after = base64.b64encode(f"next:{end}".encode()).decode() if end < len(found) else ""
    return found[start:end], after


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
    except (binascii.Error, ValueError):
        raise Refusal("invalid_cursor") from None


def info(call: Call) -> Json:
    channel = call.channel()
    about = channel.json(call.bot.id)
    if call.args.flag("include_num_members"):
        about["num_members"] = len(channel.members)
    return {"channel": about}


def members(call: Call) -> Json:
    page, after = paged(call, sorted(call.channel().members), 100, 1000)
    return {"members": list(page), "response_metadata": {"next_cursor": after}}


def join(call: Call) -> Json:
    channel = call.channel()
    if channel.kind != "channel":
        raise Refusal("method_not_supported_for_channel_type")
    if channel.archived:
        raise Refusal("is_archived")
    channel.members.add(call.bot.id)
    call.service.changes.note()
    return {"channel": channel.json(call.bot.id)}


def list_all(call: Call) -> Json:
    return _channels(call, mine=False)


def list_mine(call: Call) -> Json:
    return _channels(call, mine=True)


_TYPES: dict[str, Kind] = {
    "public_channel": "channel",
    "private_channel": "group",
    "im": "im",
    "mpim": "mpim",
}


def _channels(call: Call, mine: bool) -> Json:
    names = call.args.names("types") or ("public_channel",)
    if not {*names} <= {*_TYPES}:
        raise Refusal("invalid_types")
    for name in names:
        call.demand(f"{SCOPES[_TYPES[name]]}:read")
    kinds = {_TYPES[name] for name in names}
    found: list[Channel] = []
    for channel in call.team.channels.values():
        inside = call.bot.id in channel.members
        if channel.kind in kinds and (inside or (channel.kind == "channel" and not mine)):
            found.append(channel)
    if call.args.flag("exclude_archived"):
        found = [channel for channel in found if not channel.archived]
    page, after = paged(call, found, 100, 999)
    shown = [channel.json(call.bot.id) for channel in page]
    return {"channels": shown, "response_metadata": {"next_cursor": after}}


def open_direct(call: Call) -> Json:
    """With one person it is an im, with more an mpim."""
    if (known := call.args.maybe("channel")) is not None:
        return _reopened(call, call.team.channel(known, call.bot.id))
    users = call.args.names("users")
    if not users:
        raise Refusal("users_list_not_supplied")
    if any(user not in call.team.users for user in users):
        raise Refusal("user_not_found")
    kind = "im" if len(users) == 1 else "mpim"
    call.demand(f"{kind}:write")
    known_before = len(call.team.channels)
    channel = call.team.conversation(kind, {*users, call.bot.id})
    is_old = len(call.team.channels) == known_before
    return {"channel": {"id": channel.id}, "no_op": is_old, "already_open": is_old}


def _reopened(call: Call, channel: Channel) -> Json:
    if channel.kind not in ("im", "mpim"):
        raise Refusal("method_not_supported_for_channel_type")
    call.demand(f"{channel.kind}:write")
    return {"channel": {"id": channel.id}}
