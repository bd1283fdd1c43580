"""The stack of modals in front of one person."""

from __future__ import annotations

from dataclasses import replace

from adapters.simulators.slack.refusal import Refusal
from adapters.simulators.slack.view import View
from adapters.simulators.slack.wire import Json
from adapters.simulators.slack.workspace import Workspace

DEEPEST = 3


def _new(team: Workspace, user: str, source: Json, under: View | None) -> View:
    stamp = team.stamps.next()
    id_ = f"V{team.id[1:4]}{stamp.replace('.', '')}"
    root, previous = (under.root, under.id) if under else (id_, None)
    return View(id_, team.id, user, source, f"{stamp}.h", root, previous)


def opened(team: Workspace, user: str, source: Json) -> View:
    """A new modal takes the place of what was open."""
    cleared(team, user)
    return _on_top(team, user, _new(team, user, source, None))


def pushed(team: Workspace, user: str, source: Json) -> View:
    stack = team.stacks.get(user, [])
    if len(stack) >= DEEPEST:
        raise Refusal("push_limit_reached")
    return _on_top(team, user, _new(team, user, source, team.views[stack[-1]]))


def _on_top(team: Workspace, user: str, view: View) -> View:
    team.views[view.id] = view
    team.stacks.setdefault(user, []).append(view.id)
    return view


def renewed(team: Workspace, old: View, source: Json) -> View:
    """What was filled in stays where the block and the action are still there."""
    present = {str(block.get("block_id")) for block in source["blocks"]}
    values = {block: value for block, value in old.values.items() if block in present}
    view = replace(old, source=source, hash=f"{team.stamps.next()}.h", values=values)
    team.views[view.id] = view
    return view


def closed(team: Workspace, user: str) -> None:
    """The top one goes; what was under it is seen again."""
    if stack := team.stacks.get(user):
        team.views.pop(stack.pop(), None)


def cleared(team: Workspace, user: str) -> None:
    for name in team.stacks.pop(user, []):
        team.views.pop(name, None)


def find(team: Workspace, id_: str, external: str) -> View | None:
    if id_:
        return team.views.get(id_)
    named = (view for view in team.views.values() if external and view.external_id == external)
    return next(named, None)
