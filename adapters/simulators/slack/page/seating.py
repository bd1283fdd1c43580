"""Who looks, and where: from the address of the page."""

from __future__ import annotations

from aiohttp import web

from adapters.simulators.slack.page import keys
from adapters.simulators.slack.render.viewer import HOME, Viewer


def seated(request: web.Request) -> Viewer:
    """Whatever is not there falls back to the first person and the first channel."""
    sim, query = request.app[keys.SIM], request.query
    people = [user for user in sim.team.users.values() if not user.is_bot]
    user = next((u for u in people if u.id == query.get("user")), people[0])
    wanted = query.get("channel", "")
    channel = sim.team.channels.get(wanted)
    if wanted == HOME:
        return Viewer(sim, user, HOME)
    if channel is None or (channel.kind != "channel" and user.id not in channel.members):
        channel = next(iter(sim.team.channels.values()))
    thread = query.get("thread")
    if thread is not None and not channel.thread(thread):
        thread = None
    return Viewer(sim, user, channel.id, thread)
