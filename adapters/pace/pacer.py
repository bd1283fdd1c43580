"""Who may call the platform next: one pacer is shared by every thread of an application.

Greedy editing spends a window in its first seconds and is blind for the rest. Here the calls that
are left are spread evenly over the time that the live streams are expected to last, and one call of
each stream is kept back for its final text.
"""

from __future__ import annotations

import asyncio
import statistics
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from adapters.budget import Budget
from adapters.cards import Urgency
from adapters.faults import RateLimited
from adapters.pace.account import FLOOR, Account
from adapters.pace.horizon import expected_rest
from adapters.pace.waiting import wait_for
from runtime.ports import Clock, Lock

_FIRST_GUESS = 20.0  # seconds of a live stream, before any was seen to end
_REMEMBERED = 20
_WORK_WAITS = 2.0  # seconds by which thinking is older than answer text of the same rank


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


Claims = Callable[[], Sequence[Claim]]


@dataclass(eq=False, slots=True)
class _Waiter:
    stir: asyncio.Event
    claims: Sequence[Claim] = ()


@dataclass(slots=True)
class Slot:
    """Leave to make one call, now. `used` is set to False by who finds nothing to do."""

    claim: Claim
    used: bool = True


@dataclass(slots=True)
class _Book:
    accounts: dict[Budget, Account] = field(default_factory=dict[Budget, Account])
    waiters: list[_Waiter] = field(default_factory=list[_Waiter])
    lengths: deque[float] = field(default_factory=lambda: deque[float](maxlen=_REMEMBERED))


class Pacer:
    """Holds only what can be learned again: after a restart it is merely more careful."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._book = _Book()
        self._lock: Lock | None = None

    def guarded(self, lock: Lock) -> None:
        """From now on no call is made without a proof that nobody else makes it too."""
        self._lock = lock

    def now(self) -> float:
        return self._clock.monotonic()

    @asynccontextmanager
    async def slot(self, claims: Claims, stir: asyncio.Event) -> AsyncGenerator[Slot]:
        """Wait until one of the claims may be made; the body makes the call. Set `stir` when the
        claims may have changed: they are asked for again. A RateLimited that leaves the body
        closes its budget for everybody. Raises LockLost."""
        slot = Slot(await self._granted(claims, stir))
        accounts = [self._account(budget) for budget in slot.claim.budgets]
        for account in accounts:
            account.took(self.now())
            if slot.claim.paced:
                account.last_paced = self.now()
        try:
            if self._lock is not None:
                await self._lock.prove()
            yield slot
        except RateLimited as limit:
            self._refused(accounts, limit)
            raise
        except BaseException:
            for account in accounts:
                account.ended(self.now())
            raise
        else:
            for account in accounts:
                account.ended(self.now()) if slot.used else account.unused(self.now())
        finally:
            self._stir()

    def ended(self, stream: str) -> None:
        """The stream's last frame is out: nothing is kept back for it any more."""
        began = [a.streams.pop(stream) for a in self._book.accounts.values() if stream in a.streams]
        if began:
            self._book.lengths.append(self.now() - min(began))
            self._stir()

    async def _granted(self, claims: Claims, stir: asyncio.Event) -> Claim:
        waiter = _Waiter(stir)
        self._book.waiters.append(waiter)
        try:
            while True:
                stir.clear()
                waiter.claims = claims()
                self._enter(waiter.claims)
                delays = [(self._delay(waiter, claim), claim) for claim in waiter.claims]
                for delay, claim in delays:
                    if delay <= 0:
                        return claim
                soonest = min((delay for delay, _ in delays), default=float("inf"))
                await wait_for(stir, self._clock, soonest)
        finally:
            self._book.waiters.remove(waiter)

    def _enter(self, claims: Sequence[Claim]) -> None:
        for claim in claims:
            if claim.stream is not None:
                for budget in claim.budgets:
                    self._account(budget).streams.setdefault(claim.stream, self.now())

    def _delay(self, waiter: _Waiter, claim: Claim) -> float:
        """Seconds until the claim may be made; 0 or less means now."""
        now, budgets = self.now(), set(claim.budgets)
        ready = self._ready(claim, now)
        mine = self._book.waiters.index(waiter)
        for place, other in enumerate(self._book.waiters):
            if place != mine and any(
                (*theirs.order, place) < (*claim.order, mine)
                and not budgets.isdisjoint(theirs.budgets)
                and self._ready(theirs, now) <= ready
                for theirs in other.claims
            ):
                # Theirs comes first, and they stir everybody then. The delay is for bad luck.
                return max(ready - now, FLOOR)
        return ready - now

    def _ready(self, claim: Claim, now: float) -> float:
        accounts = (self._account(budget) for budget in claim.budgets)
        return max((self._free(account, claim, now) for account in accounts), default=now)

    def _free(self, account: Account, claim: Claim, now: float) -> float:
        if claim.urgency < Urgency.RECORD or (claim.stream is None and claim.urgency.paced):
            return account.free_at(now, 0.0)
        if account.budget.pace:  # nothing final spends it
            return account.free_at(now, 0.0)
        others = len(account.streams) - (claim.stream in account.streams)
        if not claim.paced:
            return account.free_at(now, float(others))
        reserve = float(len(account.streams))
        gap = account.gap(now, self._horizon(account, now), reserve)
        return max(account.free_at(now, reserve), account.last_paced + gap)

    def _horizon(self, account: Account, now: float) -> float:
        """Seconds that the live streams will go on."""
        usual = statistics.median(self._book.lengths or (_FIRST_GUESS,))
        window = account.budget.window
        rests = (expected_rest(now - began, usual, window) for began in account.streams.values())
        return max(rests, default=usual)

    def _account(self, budget: Budget) -> Account:
        account = self._book.accounts.get(budget)
        if account is None:
            account = self._book.accounts[budget] = Account(budget, self.now())
        return account

    def _refused(self, accounts: Sequence[Account], limit: RateLimited) -> None:
        for account in accounts:
            account.unused(self.now())
        self._account(limit.budget).refused(self.now(), limit.retry_after)

    def _stir(self) -> None:
        for waiter in self._book.waiters:
            waiter.stir.set()
