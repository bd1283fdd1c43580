"""Posting, editing and deleting messages."""

from __future__ import annotations

from dataclasses import replace

from adapters.simulators.slack.body import TEXT_UPDATED, Body, read_body
from adapters.simulators.slack.call import Call
from adapters.simulators.slack.channel import Channel
from adapters.simulators.slack.message import Message
from adapters.simulators.slack.messages import announce_change, announce_deletion, announce_message
from adapters.simulators.slack.read import expire_streams, message_json
from adapters.simulators.slack.refusal import Refusal
from adapters.simulators.slack.rules.pictures import demand_files
from adapters.simulators.slack.wire import Json


def post_message(call: Call) -> Json:
    channel = call.writable()
    body = said(call)
    if body.is_empty:
        raise Refusal("no_text")
    message = channel.put(
        replace(
            own_message(call, channel, body, thread_of(call, channel)),
            broadcast=call.args.flag("reply_broadcast"),
        )
    )
    settle_status(call, message)
    announce_message(call.service, call.team, message)
    shown = message_json(call.service, call.team, message)
    return {"channel": channel.id, "ts": message.ts, "message": shown} | _warning(body)


def said(call: Call) -> Body:
    body = read_body(call.args)
    demand_files(body.blocks or (), call.team.files)
    return body


def _warning(body: Body) -> Json:
    if not body.truncated:
        return {}
    warnings = ["message_truncated"]
    return {"warning": warnings[0], "response_metadata": {"warnings": warnings}}


def thread_of(call: Call, channel: Channel) -> str | None:
    """The root to answer under; an answer to an answer goes to the same root."""
    ts = call.args.maybe("thread_ts")
    if ts is None:
        return None
    if (target := channel.messages.get(ts)) is not None:
        return target.root
    if channel.replies(ts):
        return ts  # a deleted root leaves its thread
    raise Refusal("thread_not_found")


def own_message(call: Call, channel: Channel, body: Body, thread: str | None) -> Message:
    return Message(
        channel=channel.id,
        ts=call.team.stamps.next(),
        user=call.bot.id,
        text=body.text or "",
        at=call.now,
        thread_ts=thread,
        blocks=body.blocks or (),
        attachments=body.attachments or (),
        metadata=body.metadata or None,
        bot_id=call.bot.bot_id,
        app_id=call.service.registration.app_id,
        username=call.args.maybe("username"),
    )


def settle_status(call: Call, message: Message) -> None:
    """A message of the app takes its status line away."""
    key = (message.channel, message.root)
    if key in call.team.sessions:
        call.team.sessions[key] = call.team.sessions[key].replied()


def post_ephemeral(call: Call) -> Json:
    channel = call.writable()
    reader = call.args.text("user")
    if reader not in channel.members:
        raise Refusal("user_not_in_channel")
    body = said(call)
    if body.is_empty:
        raise Refusal("no_text")
    message = own_message(call, channel, body, thread_of(call, channel))
    call.team.ephemerals.append(replace(message, seen_by=reader))
    return {"message_ts": message.ts}


def update(call: Call) -> Json:
    channel = call.channel()
    expire_streams(call.service, channel)
    message = call.message(channel, call.args.text("ts"))
    _editable(call, channel, message)
    body = said(call)
    if len(body.text or "") > TEXT_UPDATED and not call.args.has("markdown_text"):
        raise Refusal("msg_too_long")
    if body.text is None and body.blocks is None and body.attachments is None:
        raise Refusal("no_text")
    changed = channel.rewrite(message.ts, _edited(call, message, body))
    announce_change(call.service, call.team, changed, message)
    shown = message_json(call.service, call.team, changed)
    return {"channel": channel.id, "ts": message.ts, "text": changed.text, "message": shown}


def _editable(call: Call, channel: Channel, message: Message) -> None:
    if message.user != call.bot.id:
        raise Refusal("cant_update_message")
    if channel.archived:
        raise Refusal("is_archived")
    if message.stream is not None and message.stream.is_open:
        raise Refusal("streaming_state_conflict")
    window = call.team.editable_for
    if window is not None and (call.now - message.at).total_seconds() >= window:
        raise Refusal("edit_window_closed")


def _edited(call: Call, message: Message, body: Body) -> Message:
    """Text alone takes the blocks away and leaves a mark; blocks leave none."""
    blocks = body.blocks
    if blocks is None:
        blocks = () if body.text is not None else message.blocks
    marked = body.text is not None and not body.blocks
    return replace(
        message,
        text=message.text if body.text is None else body.text,
        blocks=blocks,
        attachments=message.attachments if body.attachments is None else body.attachments,
        metadata=message.metadata if body.metadata is None else (body.metadata or None),
        edited_at=call.team.stamps.next() if marked else message.edited_at,
        stream=None,
    )


def delete(call: Call) -> Json:
    channel = call.channel()
    expire_streams(call.service, channel)
    message = call.message(channel, call.args.text("ts"))
    streaming = message.stream is not None and message.stream.is_open
    if message.user != call.bot.id or streaming:
        raise Refusal("cant_delete_message")
    del channel.messages[message.ts]
    announce_deletion(call.service, call.team, message)
    return {"channel": channel.id, "ts": message.ts}


def get_permalink(call: Call) -> Json:
    channel = call.channel()
    message = call.message(channel, call.args.text("message_ts"))
    address = f"https://{call.team.domain}.slack.com/archives/{channel.id}/p{_digits(message.ts)}"
    if message.is_reply:
        address += f"?thread_ts={message.root}&cid={channel.id}"
    return {"channel": channel.id, "permalink": address}


def _digits(ts: str) -> str:
    return ts.replace(".", "")
