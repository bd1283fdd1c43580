"""Interaction payloads, as Slack sends them."""

from __future__ import annotations

from adapters.simulators.slack.channel import Channel
from adapters.simulators.slack.elements import Choice, Element, chosen
from adapters.simulators.slack.message import Message
from adapters.simulators.slack.people import User
from adapters.simulators.slack.read import message_json
from adapters.simulators.slack.state import State
from adapters.simulators.slack.tickets import Response, Trigger
from adapters.simulators.slack.view import View
from adapters.simulators.slack.wire import Json
from adapters.simulators.slack.workspace import Workspace


def common(service: State, team: Workspace, user: User, kind: str, view: str | None = None) -> Json:
    """Who did it, where, and a trigger for a modal."""
    trigger = Trigger(team.id, user.id, service.clock.now(), view=view)
    about = {"id": user.id, "username": user.handle, "name": user.handle, "team_id": user.team}
    return {
        "type": kind,
        "user": about,
        "api_app_id": service.registration.app_id,
        "token": "verification-token",
        "trigger_id": service.tickets.trigger(trigger),
        "team": {"id": team.id, "domain": team.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def action(team: Workspace, element: Element, choice: Choice) -> Json:
    about = {"action_id": element.action_id, "block_id": element.block_id}
    return {**about, **chosen(element, choice), "action_ts": team.stamps.next()}


def on_message(service: State, team: Workspace, user: User, message: Message) -> Json:
    """The parts of a payload that name a message. An ephemeral one is not told."""
    ephemeral = message.seen_by is not None
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": ephemeral,
    }
    if message.thread_ts is not None:
        container["thread_ts"] = message.thread_ts
    payload: Json = {
        "container": container,
        "channel": channel_json(team.channels[message.channel]),
        "response_url": response_url(service, team, user, message.channel, message),
    }
    if not ephemeral:
        payload["message"] = message_json(service, team, message)
    return payload


def channel_json(channel: Channel) -> Json:
    return {"id": channel.id, "name": "directmessage" if channel.kind == "im" else channel.name}


def response_url(
    service: State, team: Workspace, user: User, channel: str, message: Message | None
) -> str:
    ticket = Response(
        team.id,
        channel,
        user.id,
        service.clock.now(),
        message.ts if message else None,
        message.thread_ts if message else None,
    )
    return f"{service.base_url}/actions/{service.tickets.response(ticket)}"


def on_view(service: State, team: Workspace, view: View) -> Json:
    shown = view.json(service.registration.app_id, team.bot.bot_id or "")
    return {"container": {"type": "view", "view_id": view.id}, "view": shown}


def command(
    service: State, team: Workspace, user: User, channel: Channel, name: str, text: str
) -> Json:
    """Fields of a form: every value is a text."""
    trigger = Trigger(team.id, user.id, service.clock.now())
    return {
        "token": "verification-token",
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": channel_json(channel)["name"],
        "user_id": user.id,
        "user_name": user.handle,
        "command": name,
        "text": text,
        "api_app_id": service.registration.app_id,
        "is_enterprise_install": "false",
        "response_url": response_url(service, team, user, channel.id, None),
        "trigger_id": service.tickets.trigger(trigger),
    }
