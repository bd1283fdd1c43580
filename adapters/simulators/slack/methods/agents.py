"""Agent sessions and assistant threads: how the agent stands, in one word or in a line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from adapters.simulators.slack.agent_session import STATES, AgentSession
from adapters.simulators.slack.call import Call
from adapters.simulators.slack.channel import Channel
from adapters.simulators.slack.refusal import Refusal
from adapters.simulators.slack.wire import Json

TITLE, PROMPTS, LOADING, LOADING_TEXT = 200, 4, 10, 50


def set_session_status(call: Call) -> Json:
    key = _session_key(call)
    status = call.args.text("status")
    if status not in STATES:
        raise Refusal("invalid_status")
    initiator = call.args.maybe("initiator_user_id")
    if initiator is not None and initiator not in call.team.users:
        raise Refusal("user_not_found")
    old = call.team.sessions.get(key)
    session = old or AgentSession(title=_title(call.args.text("title")))
    session = replace(session.replied(), state=status, set_at=call.now)
    call.team.sessions[key] = session
    call.service.changes.note()
    answer = {"status": status, "agent_status": status, "title": session.title}
    if "agent_session_stopped" not in call.service.registration.events:
        answer |= {"warning": "missing_agent_session_stopped_event_subscription"}
    return answer


def rename_session(call: Call) -> Json:
    key = _session_key(call)
    old = call.team.sessions.get(key)
    if old is None:
        raise Refusal("session_not_found")
    title = _title(call.args.text("title"))
    if not title:
        raise Refusal("invalid_name")
    call.team.sessions[key] = replace(old, title=title)
    call.service.changes.note()
    return {"title": title}


def _title(text: str) -> str:
    if len(text) > TITLE:
        raise Refusal("invalid_name")
    return text


def _session_key(call: Call) -> tuple[str, str]:
    if not call.service.registration.is_agent:
        raise Refusal("not_authorized")
    channel = call.writable("channel_id")
    thread = call.args.maybe("thread_ts")
    if thread is None:
        raise Refusal("thread_ts_required")
    return channel.id, thread


def set_thread_status(call: Call) -> Json:
    """Free text under the composer; "" takes it away."""
    channel = call.writable("channel_id")
    if call.args.maybe("username") in {user.name for user in call.team.users.values()}:
        raise Refusal("reserved_username")
    key = (channel.id, _thread(call, channel))
    session = call.team.sessions.get(key, AgentSession())
    said = call.args.text("status")
    loading = _loading(call.args.data("loading_messages", "invalid_arguments"))
    at = call.now if said else None
    call.team.sessions[key] = replace(session, said=said, said_at=at, loading=loading)
    call.service.changes.note()
    return {}


def _loading(given: Any) -> tuple[str, ...]:
    if given is None:
        return ()
    texts = cast("list[object]", given) if isinstance(given, list) else []
    if not 1 <= len(texts) <= LOADING or not all(_is_short(text) for text in texts):
        raise Refusal("invalid_arguments", "[ERROR] loading_messages: 1 to 10 of 1 to 50")
    return tuple(str(text) for text in texts)


def _is_short(text: object) -> bool:
    return isinstance(text, str) and 1 <= len(text) <= LOADING_TEXT


def set_thread_title(call: Call) -> Json:
    channel = _direct(call)
    key = (channel.id, _thread(call, channel))
    session = call.team.sessions.get(key, AgentSession())
    call.team.sessions[key] = replace(session, title=call.args.text("title"))
    call.service.changes.note()
    return {}


def set_suggested_prompts(call: Call) -> Json:
    channel = _direct(call)
    prompts = call.args.objects("prompts", "invalid_arguments") or ()
    if not prompts or any(not p.get("title") or not p.get("message") for p in prompts):
        raise Refusal("invalid_arguments", "[ERROR] prompts: each has a title and a message")
    thread = _thread(call, channel) if call.args.has("thread_ts") else ""
    session = call.team.sessions.get((channel.id, thread), AgentSession())
    kept = tuple((str(p["title"]), str(p["message"])) for p in prompts[:PROMPTS])
    call.team.sessions[channel.id, thread] = replace(session, prompts=kept)
    call.service.changes.note()
    return {}


def _direct(call: Call) -> Channel:
    if not call.service.registration.is_agent:
        raise Refusal("not_agent_app")
    channel = call.writable("channel_id")
    if channel.kind != "im":
        raise Refusal("channel_not_found")
    return channel


def _thread(call: Call, channel: Channel) -> str:
    ts = call.args.text("thread_ts")
    if ts not in channel.messages and not channel.replies(ts):
        raise Refusal("invalid_thread_ts")
    return ts
