"""Reactions under messages."""

from __future__ import annotations

import re

from adapters.simulators.slack.call import Call
from adapters.simulators.slack.message import Message
from adapters.simulators.slack.reacting import react, unreact
from adapters.simulators.slack.read import message_json
from adapters.simulators.slack.refusal import Refusal
from adapters.simulators.slack.render.emoji import is_emoji
from adapters.simulators.slack.wire import Json

_NAME = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")


def add(call: Call) -> Json:
    message = _target(call)
    if not react(call.service, call.team, message, call.bot.id, _name(call)):
        raise Refusal("already_reacted")
    return {}


def remove(call: Call) -> Json:
    message = _target(call)
    if not unreact(call.service, call.team, message, call.bot.id, _name(call)):
        raise Refusal("no_reaction")
    return {}


def get(call: Call) -> Json:
    message = _target(call)
    return {"type": "message", "channel": message.channel,
            "message": message_json(call.service, call.team, message)}  # fmt: skip


def _target(call: Call) -> Message:
    if not call.args.text("channel") or not call.args.text("timestamp"):
        raise Refusal("no_item_specified")
    channel = call.writable()
    return call.message(channel, call.args.text("timestamp"))


def _name(call: Call) -> str:
    name = call.args.text("name")
    if not _NAME.fullmatch(name) or not is_emoji(name):
        raise Refusal("invalid_name")
    return name
