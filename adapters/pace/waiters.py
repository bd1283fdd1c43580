"""Who waits for leave to make a call, by the budgets that they wait for."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from adapters.budget import Budget
from adapters.cards import Urgency

_WORK_WAITS = 2.0  # seconds by which thinking is older than answer text of the same rank
NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class Claim:
    """A call that somebody wants to make. `since` is when the oldest change it will show appeared,
    in seconds of the clock. `stream` names the live stream that it is a frame of, if any."""

    budgets: tuple[Budget, ...]
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

    stir: asyncio.Event
    place: int
    claims: Sequence[Claim] = ()
    leave: Claim | None = None
    due: float = NEVER

    @property
    def budgets(self) -> set[Budget]:
        return {budget for claim in self.claims for budget in claim.budgets}


@dataclass(slots=True)
class Waiters:
    """`_dues` is a heap; what was planned otherwise since is skipped."""

    _by_budget: dict[Budget, set[Waiter]] = field(default_factory=dict[Budget, set[Waiter]])
    _dues: list[tuple[float, int, Waiter]] = field(default_factory=list[tuple[float, int, Waiter]])
    _count: itertools.count[int] = field(default_factory=itertools.count)

    def put(self, waiter: Waiter, claims: Sequence[Claim]) -> None:
        """From now on it waits for one of these."""
        self.remove(waiter)
        waiter.claims = claims
        for budget in waiter.budgets:
            self._by_budget.setdefault(budget, set()).add(waiter)

    def remove(self, waiter: Waiter) -> None:
        waiter.due = NEVER
        for budget in waiter.budgets:
            others = self._by_budget.get(budget, set())
            others.discard(waiter)
            if not others:
                self._by_budget.pop(budget, None)

    def wants(self, budget: Budget) -> bool:
        return budget in self._by_budget

    def of(self, budgets: Iterable[Budget]) -> set[Waiter]:
        """Who waits for any of them."""
        return set[Waiter]().union(*(self._by_budget.get(budget, ()) for budget in budgets))

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

    def due(self, now: float) -> set[Budget]:
        """What those wait for that are due; each is named once."""
        found: set[Budget] = set()
        while self.soonest() <= now:
            _, _, waiter = heapq.heappop(self._dues)
            found |= waiter.budgets
        return found


def in_order(waiters: Iterable[Waiter]) -> list[tuple[Claim, Waiter]]:
    """Their claims, the best first; of equal ones those of who came first."""
    claims = [(claim, waiter) for waiter in waiters for claim in waiter.claims]
    return sorted(claims, key=lambda found: (*found[0].order, found[1].place))
