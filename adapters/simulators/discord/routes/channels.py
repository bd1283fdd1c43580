"""/channels/{channel_id}"""

from __future__ import annotations

from pydantic import JsonValue

from adapters.simulators.discord import messages, refusals, threads
from adapters.simulators.discord.call import Call, Route
from adapters.simulators.discord.channel import ARCHIVE_MINUTES, Channel, Thread
from adapters.simulators.discord.people import User
from adapters.simulators.discord.permissions import Right, need, rights
from adapters.simulators.discord.rules.form import Form
from adapters.simulators.discord.rules.speech import may_speak
from adapters.simulators.discord.wire_places import place_json, thread_json

SLOWEST = 21_600


async def fetch(call: Call) -> JsonValue:
    channel = call.channel()
    need(channel, call.bot)
    return place_json(channel)


async def change(call: Call) -> JsonValue:
    channel, form = call.channel(), Form(call.form)
    if channel.thread is None:
        need(channel, call.bot, Right.MANAGE_CHANNELS)
        _rename(form, channel)
        form.done()
        threads.changed(call.world, channel)
        return place_json(channel)
    need(channel, call.bot)
    _may_change_thread(form, channel, channel.thread, call.bot)
    _rename(form, channel)
    _settle(form, channel.thread)
    form.done()
    if form.has("archived") and form.flag("archived") != channel.thread.archived:
        threads.archive(call.world, channel, form.flag("archived"))
    else:
        threads.changed(call.world, channel)
    return thread_json(channel)


def _may_change_thread(form: Form, channel: Channel, thread: Thread, user: User) -> None:
    """Opening takes the right to write; the rest its owner or who manages threads; the lock only
    the latter. Nothing else can be changed while it is archived."""
    managing = bool(rights(channel, user) & Right.MANAGE_THREADS)
    opening = form.data.get("archived") is False
    if thread.archived and not opening:
        raise refusals.archived()
    if (thread.locked or "locked" in form.data or "pinned" in form.data) and not managing:
        raise refusals.no_permission()
    if set(form.data) <= {"archived"} and opening:
        return need(channel, user, Right.SEND_IN_THREADS)
    if not managing and thread.owner is not user:
        raise refusals.no_permission()
    return None


def _rename(form: Form, channel: Channel) -> None:
    if "name" in form.data:
        name = form.text("name", 100, 1, required=True)
        if name and not form.tree:
            channel.name = name
    if not channel.thread and "topic" in form.data:
        channel.topic = form.text("topic", 1_024)
    if "rate_limit_per_user" in form.data:
        channel.slow = form.number("rate_limit_per_user", 0, SLOWEST, 0)


def _settle(form: Form, thread: Thread) -> None:
    minutes = form.choice("auto_archive_duration", ARCHIVE_MINUTES, thread.minutes)
    if minutes and not form.tree:
        thread.minutes = minutes
    thread.locked = form.flag("locked", thread.locked)
    thread.invitable = form.flag("invitable", thread.invitable)
    if "applied_tags" in form.data:
        tags = form.values("applied_tags", 5)
        thread.tags = [int(str(tag)) for tag in tags if str(tag).isdigit()]


async def remove(call: Call) -> JsonValue:
    channel = call.channel()
    if channel.guild is None:
        return place_json(channel)
    need(channel, call.bot, Right.MANAGE_THREADS if channel.thread else Right.MANAGE_CHANNELS)
    said = place_json(channel)
    threads.remove(call.world, channel)
    return said


async def typing(call: Call) -> JsonValue:
    channel = call.channel()
    may_speak(call.world, channel, call.bot)
    messages.type_in(call.world, channel, call.bot)
    return None


ROUTES = (
    Route("GET", "/channels/{channel_id}", fetch, "channel"),
    Route("PATCH", "/channels/{channel_id}", change, "change"),
    Route("DELETE", "/channels/{channel_id}", remove, "channel"),
    Route("POST", "/channels/{channel_id}/typing", typing, "typing"),
)
