"""/channels/{channel_id}/thread-members"""

from __future__ import annotations

from pydantic import JsonValue

from adapters.simulators.discord import refusals, threads
from adapters.simulators.discord.call import Call, Route
from adapters.simulators.discord.channel import Channel, Thread
from adapters.simulators.discord.people import User
from adapters.simulators.discord.permissions import Right, need
from adapters.simulators.discord.rules.speech import may_change
from adapters.simulators.discord.wire_places import thread_member_json

PATH = "/channels/{channel_id}/thread-members"


async def join(call: Call) -> JsonValue:
    channel, _ = _thread(call)
    may_change(channel)
    threads.join(call.world, channel, _user(call))
    return None


async def leave(call: Call) -> JsonValue:
    channel, thread = _thread(call)
    may_change(channel)
    user = _user(call)
    if user is not call.bot and thread.owner is not call.bot:
        need(channel, call.bot, Right.MANAGE_THREADS)
    threads.leave(call.world, channel, user)
    return None


async def fetch(call: Call) -> JsonValue:
    channel, thread = _thread(call)
    user = _user(call)
    if user.id not in thread.members:
        raise refusals.unknown_member()
    return thread_member_json(channel, thread, user.id)


async def everybody(call: Call) -> JsonValue:
    channel, thread = _thread(call)
    return [thread_member_json(channel, thread, number) for number in thread.members]


def _thread(call: Call) -> tuple[Channel, Thread]:
    channel = call.channel()
    need(channel, call.bot)
    if channel.thread is None:
        raise refusals.wrong_channel()
    return channel, channel.thread


def _user(call: Call) -> User:
    if call.params["user_id"] == "@me":
        return call.bot
    user = call.world.users.get(call.number("user_id"))
    if user is None:
        raise refusals.unknown_user()
    return user


ROUTES = (
    Route("GET", PATH, everybody),
    Route("GET", PATH + "/{user_id}", fetch),
    Route("PUT", PATH + "/{user_id}", join),
    Route("DELETE", PATH + "/{user_id}", leave),
)
