"""Who waits for leave to make a call, by the budgets that they wait for."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from adapters.ports.cards import Urgency
from adapters.ports.rate_limit import RateLimit

_WORK_WAITS = 2.0  # seconds by which thinking is older than answer text of the same rank
NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class CallRequest:
    """A call that somebody wants to make. `since` is when the oldest change it will show appeared,
    in seconds of the clock. `stream` names the live stream that it is a frame of, if any."""

    rate_limits: tuple[RateLimit, ...]
    urgency: Urgency
    since: float
    stream: str | None = None

    @property
    def paced(self) -> bool:
        return self.stream is not None and self.urgency.paced

    @property
    def order(self) -> tuple[int, float]:
        """Small goes first: by class, then the oldest unseen. Thinking stands back behind answers,
        but not for ever."""
        waits = _WORK_WAITS if self.urgency is Urgency.WORK else 0.0
        return min(self.urgency, Urgency.ANSWER), self.since + waits


@dataclass(eq=False, slots=True)
class Waiter:
    """`place` is when it came, among others. `leave` is the claim that may be made now; `due` is
    when to look at it again, if nothing happens before."""

    notify: asyncio.Event
    place: int
    requests: Sequence[CallRequest] = ()
    leave: CallRequest | None = None
    due: float = NEVER

    @property
    def rate_limits(self) -> set[RateLimit]:
        return {rate_limit for request in self.requests for rate_limit in request.rate_limits}


@dataclass(slots=True)
class Waiters:
    """`_dues` is a heap; what was planned otherwise since is skipped."""

    _by_budget: dict[RateLimit, set[Waiter]] = field(default_factory=dict[RateLimit, set[Waiter]])
    _dues: list[tuple[float, int, Waiter]] = field(default_factory=list[tuple[float, int, Waiter]])
    _count: itertools.count[int] = field(default_factory=itertools.count)

    def put(self, waiter: Waiter, requests: Sequence[CallRequest]) -> None:
        """From now on it waits for one of these."""
        self.remove(waiter)
        waiter.requests = requests
        for rate_limit in waiter.rate_limits:
            self._by_budget.setdefault(rate_limit, set()).add(waiter)

    def remove(self, waiter: Waiter) -> None:
        waiter.due = NEVER
        for rate_limit in waiter.rate_limits:
            others = self._by_budget.get(rate_limit, set())
            others.discard(waiter)
            if not others:
                self._by_budget.pop(rate_limit, None)

    def wants(self, rate_limit: RateLimit) -> bool:
        return rate_limit in self._by_budget

    def of(self, rate_limits: Iterable[RateLimit]) -> set[Waiter]:
        """Who waits for any of them."""
        return set[Waiter]().union(
            *(self._by_budget.get(rate_limit, ()) for rate_limit in rate_limits)
        )

    def plan(self, waiter: Waiter, due: float) -> None:
        if due != waiter.due:
            waiter.due = due
            heapq.heappush(self._dues, (due, next(self._count), waiter))

    def soonest(self) -> float:
        """When the next is due."""
        while self._dues and (
            self._dues[0][0] == NEVER or self._dues[0][2].due != self._dues[0][0]
        ):
            heapq.heappop(self._dues)
        return self._dues[0][0] if self._dues else NEVER

    def due(self, now: float) -> set[RateLimit]:
        """What those wait for that are due; each is named once."""
        found: set[RateLimit] = set()
        while self.soonest() <= now:
            _, _, waiter = heapq.heappop(self._dues)
            found |= waiter.rate_limits
        return found


def in_order(waiters: Iterable[Waiter]) -> list[tuple[CallRequest, Waiter]]:
    """Their claims, the best first; of equal ones those of who came first."""
    requests = [(request, waiter) for waiter in waiters for request in waiter.requests]
    return sorted(requests, key=lambda found: (*found[0].order, found[1].place))
