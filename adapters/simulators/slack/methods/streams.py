"""Native streams: a message that grows while its one reader looks on."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, cast

from adapters.simulators.slack import chunks
from adapters.simulators.slack.agent_session import STATES, AgentSession, State
from adapters.simulators.slack.body import NO_BODY, read_metadata
from adapters.simulators.slack.call import Call
from adapters.simulators.slack.channel import Channel
from adapters.simulators.slack.message import Message
from adapters.simulators.slack.messages import announce_change, announce_message
from adapters.simulators.slack.methods.chat import own_message, settle_status, thread_of
from adapters.simulators.slack.read import expire_streams, message_json
from adapters.simulators.slack.refusal import Refusal
from adapters.simulators.slack.rules.payload import IN_MESSAGE, MARKDOWN_SUM, checked
from adapters.simulators.slack.rules.pictures import demand_files
from adapters.simulators.slack.stream import End, Mode, Stream
from adapters.simulators.slack.wire import Json


def start(call: Call) -> Json:
    channel = call.writable()
    thread = thread_of(call, channel)
    if thread is None and channel.kind == "im":
        raise Refusal("invalid_arguments", "[ERROR] missing required field: thread_ts")
    stream = Stream(call.now, None, _display(call), _recipient(call, channel))
    stream = _fed(call, stream)
    message = own_message(call, channel, NO_BODY, thread)
    kept = channel.put(_showing(message, stream))
    settle_status(call, kept)
    _set_session(call, kept, "processing")
    announce_message(call.service, call.team, kept)
    return {"channel": channel.id, "ts": kept.ts}


def _display(call: Call) -> Literal["timeline", "plan"]:
    display = call.args.maybe("task_display_mode") or "timeline"
    if display not in ("timeline", "plan"):
        raise Refusal("invalid_arguments", "[ERROR] task_display_mode is timeline or plan")
    return display


def _recipient(call: Call, channel: Channel) -> str:
    """A direct message has one reader; elsewhere he must be named."""
    user, team = call.args.maybe("recipient_user_id"), call.args.maybe("recipient_team_id")
    if channel.kind == "im":
        return user or next(iter(channel.members - {call.bot.id}))
    if team is None:
        raise Refusal("missing_recipient_team_id")
    if user is None:
        raise Refusal("missing_recipient_user_id")
    if team not in call.service.teams:
        raise Refusal("team_not_found")
    if user not in call.team.users:
        raise Refusal("user_not_found")
    return user


def append(call: Call) -> Json:
    channel, message, stream = _open_stream(call)
    if not call.args.maybe("markdown_text") and not call.args.has("chunks"):
        raise Refusal("no_text")
    channel.put(_showing(message, _fed(call, stream)))
    call.service.changes.note()
    return {"channel": channel.id, "ts": message.ts}


def stop(call: Call) -> Json:
    channel, message, stream = _open_stream(call, stopping=True)
    blocks = call.args.objects("blocks", "invalid_blocks") or ()
    if len(blocks) > IN_MESSAGE:
        raise Refusal("msg_blocks_too_many")
    status = call.args.maybe("session_status") or "active"
    if status not in STATES:
        raise Refusal("invalid_status")
    metadata = read_metadata(call.args)
    stream = replace(chunks.closed_tasks(_fed(call, stream)), end=End.STOPPED)
    shown = _showing(message, stream)
    demand_files(blocks, call.team.files)
    shown = replace(shown, blocks=(*shown.blocks, *checked(blocks)), metadata=metadata or None)
    kept = channel.put(shown)
    _set_session(call, kept, status)
    announce_change(call.service, call.team, kept, message)
    answer = message_json(call.service, call.team, kept)
    return {"channel": channel.id, "ts": kept.ts, "message": answer}


def _open_stream(call: Call, stopping: bool = False) -> tuple[Channel, Message, Stream]:
    channel = call.writable()
    expire_streams(call.service, channel)
    message = call.message(channel, call.args.text("ts"))
    if message.user != call.bot.id:
        raise Refusal("message_not_owned_by_app")
    stream = message.stream
    if stream is None or stream.end in (End.STOPPED, End.EXPIRED):
        raise Refusal("message_not_in_streaming_state")
    if stream.end is End.BY_USER:
        raise Refusal("message_not_in_streaming_state" if stopping else "stopped_by_user")
    return channel, message, stream


def _fed(call: Call, stream: Stream) -> Stream:
    """With the text or the chunks of this call; a stream keeps the mode that it began with."""
    text = call.args.maybe("markdown_text")
    given = call.args.objects("chunks", "invalid_chunks")
    if text is not None and given is not None:
        raise Refusal("cannot_provide_both_markdown_text_and_chunks")
    if text is None and given is None:
        return stream
    mode: Mode = "chunks" if text is None else "markdown_text"
    if stream.mode not in (None, mode):
        raise Refusal("streaming_mode_mismatch")
    stream = replace(stream, mode=mode)
    if text is None:
        return chunks.taken(stream, given or ())
    if len(text) > MARKDOWN_SUM:
        raise Refusal("msg_too_long")
    return chunks.light(chunks.written(stream, text))


def _showing(message: Message, stream: Stream) -> Message:
    blocks, text = chunks.blocks_of(stream), chunks.text_of(stream)
    return replace(message, stream=stream, blocks=blocks, text=text, edits=message.edits + 1)


def _set_session(call: Call, message: Message, state: str) -> None:
    key = (message.channel, message.root)
    session = call.team.sessions.get(key, AgentSession())
    fresh = replace(session.replied(), state=cast("State", state), set_at=call.now)
    call.team.sessions[key] = fresh
