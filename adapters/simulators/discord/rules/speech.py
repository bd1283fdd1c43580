"""Whether somebody may write here now."""

from __future__ import annotations

from datetime import timedelta

from adapters.simulators.discord import refusals
from adapters.simulators.discord.channel import Channel, Kind
from adapters.simulators.discord.people import User
from adapters.simulators.discord.permissions import Right, need, rights, speaking
from adapters.simulators.discord.refusals import Refusal
from adapters.simulators.discord.state import State

_EXEMPT = Right.BYPASS_SLOWMODE


def may_speak(world: State, channel: Channel, user: User) -> None:
    """Raises Refusal: 50001, 50013, 50007, 50008, 160005, 20016."""
    if channel.guild is None:
        if user is world.bot and any(not person.reachable for person in channel.recipients):
            raise refusals.unreachable()
        return
    need(channel, user, speaking(channel))
    if channel.kind is Kind.FORUM:
        raise Refusal(400, 50008, "Cannot send messages in a non-text channel")
    if (
        channel.thread
        and channel.thread.locked
        and not rights(channel, user) & Right.MANAGE_THREADS
    ):
        raise refusals.locked()
    _slowly(world, channel, user)


def may_change(channel: Channel) -> None:
    """Raises Refusal 50083: in an archived thread nothing is edited, deleted or reacted to."""
    if channel.thread and channel.thread.archived:
        raise refusals.archived()


def _slowly(world: State, channel: Channel, user: User) -> None:
    spoke = channel.spoke.get(user.id)
    if not channel.slow or spoke is None or rights(channel, user) & _EXEMPT:
        return
    left = (spoke + timedelta(seconds=channel.slow) - world.now()).total_seconds()
    if left > 0:
        refusal = Refusal(429, 20016, "This action cannot be performed due to slowmode rate limit.")
        refusal.extra = {"retry_after": round(left, 3), "global": False}
        raise refusal
