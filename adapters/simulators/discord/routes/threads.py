"""/channels/{channel_id}/threads: opening and listing them."""

from __future__ import annotations

from pydantic import JsonValue

from adapters.simulators.discord import messages, openings, refusals, threads
from adapters.simulators.discord.call import Call, Route
from adapters.simulators.discord.channel import ARCHIVE_MINUTES, Channel, Kind
from adapters.simulators.discord.payload import Json
from adapters.simulators.discord.permissions import Right, need, sees
from adapters.simulators.discord.refusals import Refusal
from adapters.simulators.discord.routes.channels import SLOWEST
from adapters.simulators.discord.rules.form import Form
from adapters.simulators.discord.rules.message import Draft, read_body
from adapters.simulators.discord.threads import Plan
from adapters.simulators.discord.wire import message_json
from adapters.simulators.discord.wire_places import thread_json, thread_member_json

MOST_ACTIVE = 1_000
_PARENTS = frozenset({Kind.TEXT, Kind.ANNOUNCEMENT})


async def from_message(call: Call) -> JsonValue:
    message, form = call.message(), Form(call.form)
    parent = message.channel
    if parent.kind not in _PARENTS:
        raise refusals.wrong_channel()
    need(parent, call.bot, Right.CREATE_PUBLIC_THREADS)
    if message.thread:
        raise Refusal(400, 160004, "A thread has already been created for this message")
    plan = _plan(call, form, parent, _public(parent))
    return thread_json(openings.open_on(call.world, message, call.bot, plan))


async def open_bare(call: Call) -> JsonValue:
    """Without a message: private unless asked otherwise. In a forum: a post."""
    parent, form = call.channel(), Form(call.form)
    if parent.kind is Kind.FORUM:
        return await _post(call, parent, form)
    if parent.kind not in _PARENTS:
        raise refusals.wrong_channel()
    kinds = (_public(parent),) if parent.kind is Kind.ANNOUNCEMENT else (11, 12)
    kind = form.choice("type", kinds, Kind.PRIVATE_THREAD) or 0
    private = kind == Kind.PRIVATE_THREAD
    wanted = Right.CREATE_PRIVATE_THREADS if private else Right.CREATE_PUBLIC_THREADS
    need(parent, call.bot, wanted)
    plan = _plan(call, form, parent, Kind(kind or Kind.PUBLIC_THREAD))
    thread = threads.open_thread(call.world, parent, call.bot, plan)
    if not private:
        openings.announce(call.world, thread)
    return thread_json(thread)


async def _post(call: Call, parent: Channel, form: Form) -> JsonValue:
    """The first message has the id of the thread."""
    need(parent, call.bot, Right.SEND_MESSAGES)
    tags = [int(str(tag)) for tag in form.values("applied_tags", 5) if str(tag).isdigit()]
    if parent.require_tag and not tags:
        raise Refusal(400, 40067, "A tag is required to create a forum post in this channel")
    message = form.form("message")
    if message is None:
        form.missing("message")
    plan = _plan(call, form, parent, Kind.PUBLIC_THREAD, tuple(tags))
    assert message
    body = read_body(Draft(call, message, parent, call.bot))
    thread = threads.open_thread(call.world, parent, call.bot, plan)
    first = messages.post(call.world, thread, call.bot, body, messages.Envelope(number=thread.id))
    return {**thread_json(thread), "message": message_json(call.world, first)}


def _plan(call: Call, form: Form, parent: Channel, kind: Kind, tags: tuple[int, ...] = ()) -> Plan:
    """Raises Refusal 50035, 160006."""
    name = form.text("name", 100, 1, required=True) or ""
    if name and not name.strip():
        form.missing("name")
    plan = Plan(
        name,
        kind,
        form.choice("auto_archive_duration", ARCHIVE_MINUTES, 4_320) or 4_320,
        form.number("rate_limit_per_user", 0, SLOWEST, 0),
        form.flag("invitable", True),
        tags,
    )
    form.done()
    active = [c for c in call.world.channels.values() if c.thread and not c.thread.archived]
    if len([c for c in active if c.guild is parent.guild]) >= MOST_ACTIVE:
        raise Refusal(400, 160006, "Maximum number of active threads reached")
    return plan


def _public(parent: Channel) -> Kind:
    announces = parent.kind is Kind.ANNOUNCEMENT
    return Kind.ANNOUNCEMENT_THREAD if announces else Kind.PUBLIC_THREAD


async def archived(call: Call) -> JsonValue:
    """Public or private ones, the last archived first."""
    parent, private = call.channel(), call.params["kind"] == "private"
    need(parent, call.bot, Right.READ_HISTORY)
    found = [
        c
        for c in call.world.threads(parent)
        if c.thread
        and c.thread.archived
        and sees(c, call.bot)
        and (c.kind is Kind.PRIVATE_THREAD) == private
    ]
    found.sort(key=lambda c: (c.thread and c.thread.archived_at) or c.made, reverse=True)
    limit = call.limit(100, 50)
    return {**_listing(call, found[:limit]), "has_more": len(found) > limit}


async def active(call: Call) -> JsonValue:
    guild = call.world.guild(call.number("guild_id"))
    here = [c for c in call.world.channels.values() if c.guild is guild and c.thread]
    return _listing(
        call, [c for c in here if c.thread and not c.thread.archived and sees(c, call.bot)]
    )


def _listing(call: Call, found: list[Channel]) -> Json:
    mine = [(c, c.thread) for c in found if c.thread and call.bot.id in c.thread.members]
    return {
        "threads": [thread_json(c) for c in found],
        "members": [thread_member_json(c, thread, call.bot.id) for c, thread in mine],
    }


ROUTES = (
    Route("POST", "/channels/{channel_id}/messages/{message_id}/threads", from_message, "thread"),
    Route("POST", "/channels/{channel_id}/threads", open_bare, "thread"),
    Route("GET", "/channels/{channel_id}/threads/archived/{kind:public|private}", archived),
    Route("GET", "/guilds/{guild_id}/threads/active", active),
)
