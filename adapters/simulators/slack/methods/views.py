"""Modals and Home tabs."""

from __future__ import annotations

from adapters.simulators.slack.call import Call
from adapters.simulators.slack.refusal import Refusal
from adapters.simulators.slack.rules.view import checked_view
from adapters.simulators.slack.view import View
from adapters.simulators.slack.windows import find, opened, pushed, renewed
from adapters.simulators.slack.wire import Json


def open_modal(call: Call) -> Json:
    view = _modal(call)
    trigger = call.service.tickets.pull(_trigger(call), call.team.id, call.now)
    return _shown(call, opened(call.team, trigger.user, view))


def push(call: Call) -> Json:
    view = _modal(call)
    trigger = call.service.tickets.pull(_trigger(call), call.team.id, call.now)
    if trigger.view is None or trigger.view not in call.team.views:
        raise Refusal("not_found")
    return _shown(call, pushed(call.team, trigger.user, view))


def _modal(call: Call) -> Json:
    view = checked_view(call.args.object("view", "invalid_arguments"), "modal")
    _unused(call, view, None)
    return view


def _trigger(call: Call) -> str:
    return call.args.text("trigger_id") or call.args.text("interactivity_pointer")


def _unused(call: Call, view: Json, own: View | None) -> None:
    """An external id names one view of the workspace."""
    name = view.get("external_id")
    for other in call.team.views.values():
        if name and other.external_id == name and (own is None or other.id != own.id):
            raise Refusal("duplicate_external_id")


def update(call: Call) -> Json:
    old = find(call.team, call.args.text("view_id"), call.args.text("external_id"))
    if old is None:
        raise Refusal("not_found")
    view = checked_view(call.args.object("view", "invalid_arguments"), "modal")
    _unused(call, view, old)
    _same(call, old)
    return _shown(call, renewed(call.team, old, view))


def _same(call: Call, old: View | None) -> None:
    """With a hash, only the version that the app has seen is replaced."""
    known = call.args.maybe("hash")
    if known is not None and old is not None and known != old.hash:
        raise Refusal("hash_conflict")


def publish(call: Call) -> Json:
    user = call.args.text("user_id")
    if user not in call.team.users:
        raise Refusal("invalid_arguments", "[ERROR] unknown user [json-pointer:/user_id]")
    source = checked_view(call.args.object("view", "invalid_arguments"), "home")
    old = call.team.homes.get(user)
    _same(call, old)
    stamp = call.team.stamps.next()
    id_ = old.id if old else f"V{call.team.id[1:4]}HOME{user}"
    view = View(id_, call.team.id, user, source, f"{stamp}.h", id_)
    call.team.homes[user] = view
    return _shown(call, view)


def _shown(call: Call, view: View) -> Json:
    call.service.changes.note()
    return {"view": view.json(call.service.registration.app_id, call.bot.bot_id or "")}
