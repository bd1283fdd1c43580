"""Fairness: who of those that wait goes next. Pure.

People take turns; the tasks of one person go in their order. Whoever begins to wait joins behind
those who wait already, and whoever was let in goes behind them all, so that nobody is passed for
ever.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from runtime.ids import RunId, SessionId


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many places there are, in all, for one person and for one channel. 0: no limit."""

    total: int = 0
    per_person: int = 0
    per_channel: int = 0


@dataclass(frozen=True, slots=True)
class Ticket:
    """A task's place in the queue. `number` counts arrivals; `begun`: people acted and it goes on,
    before tasks of the same person that have done nothing yet; `channel`: "" where there is
    none."""

    session: SessionId
    run_id: RunId
    person: str
    number: int = 0
    begun: bool = False
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Queue:
    """Who waits, who is inside, and at which count each person was last let in."""

    waiting: tuple[Ticket, ...] = ()
    inside: tuple[Ticket, ...] = ()
    served: Mapping[str, int] = field(default_factory=dict[str, int])


_People = Mapping[str, Sequence[Ticket]]


def next_up(queue: Queue, capacity: Capacity) -> Ticket | None:
    """Who is let in now; None where nobody waits or no place is free."""
    if capacity.total and len(queue.inside) >= capacity.total:
        return None
    free = _by_person(_fitting(queue, capacity))
    if not free:
        return None
    return free[min(free, key=lambda person: _turn(queue, person, free[person]))][0]


def _fitting(queue: Queue, capacity: Capacity) -> list[Ticket]:
    """Those that wait whose person and channel have not enough places already."""
    people = Counter(ticket.person for ticket in queue.inside)
    channels = Counter(ticket.channel for ticket in queue.inside if ticket.channel)
    return [
        ticket
        for ticket in queue.waiting
        if _has_room(people[ticket.person], capacity.per_person)
        and _has_room(channels[ticket.channel], capacity.per_channel)
    ]


def _has_room(taken: int, limit: int) -> bool:
    return not limit or taken < limit


def ahead(queue: Queue, ticket: Ticket) -> int:
    """How many of those that wait go before it, as things stand."""
    people = _by_person(queue.waiting)
    turns = {person: _turn(queue, person, own) for person, own in people.items()}
    return _ahead(people, turns, ticket.person, people[ticket.person].index(ticket))


def places(queue: Queue) -> dict[SessionId, int]:
    """How many go before it, for each that waits."""
    people = _by_person(queue.waiting)
    turns = {person: _turn(queue, person, own) for person, own in people.items()}
    return {
        ticket.session: _ahead(people, turns, person, before)
        for person, own in people.items()
        for before, ticket in enumerate(own)
    }


def _ahead(people: _People, turns: Mapping[str, int], person: str, before: int) -> int:
    """Of everybody else go as many tasks as of this person do, and one more of those whose turn is
    earlier."""
    others = (
        min(len(theirs), before + (turns[other] < turns[person]))
        for other, theirs in people.items()
        if other != person
    )
    return before + sum(others)


def worth_telling(told: int, now: int) -> bool:
    """Whether a new number is told: the last three each, before that whenever it has halved; and
    where it has doubled, because others took their turn."""
    return now != told and ((now <= 3 and now < told) or now <= told // 2 or now > 2 * told)


def _by_person(waiting: Sequence[Ticket]) -> dict[str, list[Ticket]]:
    """Each person's tickets in their order."""
    people: defaultdict[str, list[Ticket]] = defaultdict(list)
    for ticket in sorted(waiting, key=lambda ticket: (not ticket.begun, ticket.number)):
        people[ticket.person].append(ticket)
    return dict(people)


def _turn(queue: Queue, person: str, own: Sequence[Ticket]) -> int:
    """When the person came to stand where they stand: the least goes first."""
    return max(queue.served.get(person, 0), min(ticket.number for ticket in own))
