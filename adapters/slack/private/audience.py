"""Who may see outside of its thread what stands in it. Closed where Slack says nothing."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Any, cast

import aiohttp
from slack_sdk.errors import SlackApiError

from adapters.slack.hear.open_threads import OpenThread
from adapters.slack.hear.people import People
from adapters.slack.teams.seat import Seat
from adapters.slack.teams.web import read
from runtime.approvals import Rule
from runtime.ids import Actor
from runtime.ports import Clock

_KEPT = timedelta(minutes=5)
_CHANNELS = 1_000


class Audience:
    """Those who took part, those whom a rule names, and in a public channel every member of the
    workspace; guests see only where they take part."""

    def __init__(self, people: People, clock: Clock) -> None:
        self._people, self._clock = people, clock
        self._public: OrderedDict[tuple[str, str], tuple[bool, datetime]] = OrderedDict()

    async def may_see(self, seat: Seat, thread: OpenThread, actor: Actor) -> bool:
        if took_part(thread, actor) or is_named(thread, actor):
            return True
        if (await self._people.person(seat, actor.id)).is_guest:
            return False
        return await self._is_public(seat, thread.address.channel)

    async def _is_public(self, seat: Seat, channel: str) -> bool:
        key, now = (seat.team, channel), self._clock.now()
        public, until = self._public.get(key, (False, now))
        if now < until:
            return public
        public = await _asked(seat, channel)
        self._public[key] = public, now + _KEPT
        if len(self._public) > _CHANNELS:
            self._public.popitem(last=False)
        return public


def took_part(thread: OpenThread, actor: Actor) -> bool:
    asked = any(run.requester.id == actor.id for run in thread.view.runs)
    return asked or any(line.actor.id == actor.id for line in thread.view.lines)


def is_named(thread: OpenThread, actor: Actor) -> bool:
    """Whether a rule names the person for something that waits."""
    gates = thread.run.gates if thread.run else ()
    return any(_names(gate.rule, actor) for gate in gates if gate.decided is None)


def _names(rule: Rule, actor: Actor) -> bool:
    return actor.id in rule.people or bool(set(actor.roles) & set(rule.roles))


async def _asked(seat: Seat, channel: str) -> bool:
    """Whether everybody in the workspace may read the channel. "conversation object": what is
    shared with others, private or direct is not open to everybody."""
    try:
        found: Any = (await read(seat.web, "conversations.info", channel=channel)).get("channel")
    except (SlackApiError, aiohttp.ClientError, TimeoutError):
        return False
    place = cast(dict[str, Any], found) if isinstance(found, dict) else {}
    closed = ("is_private", "is_im", "is_mpim", "is_group", "is_ext_shared")
    return place.get("is_channel") is True and not any(place.get(name) for name in closed)
