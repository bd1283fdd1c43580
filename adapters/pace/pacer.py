"""Who may call the platform next: one pacer is shared by every thread of an application.

Greedy editing spends a window in its first seconds and is blind for the rest. Here the calls that
are left are spread evenly over the time that the live streams are expected to last, and one call of
each stream is kept back for its final text.
"""

from __future__ import annotations

import asyncio
import itertools
import statistics
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from adapters.budget import Budget
from adapters.cards import Urgency
from adapters.faults import RateLimited
from adapters.pace.account import Account
from adapters.pace.horizon import expected_rest
from adapters.pace.waiters import NEVER, Claim, Waiter, Waiters, in_order
from runtime.ports import Clock, Lock

_FIRST_GUESS = 20.0  # seconds of a live stream, before any was seen to end
_REMEMBERED = 20
_ACCOUNTS = 200  # are kept without asking whether somebody needs them
_TICK = 0.001  # seconds: a clock may not tell less apart, and would be asked again for ever


Claims = Callable[[], Sequence[Claim]]
_Kind = tuple[str, bool, bool, bool]


@dataclass(slots=True)
class Slot:
    """Leave to make one call, now. `used` is set to False by who finds nothing to do."""

    claim: Claim
    used: bool = True


@dataclass(slots=True)
class _Book:
    accounts: dict[Budget, Account] = field(default_factory=dict[Budget, Account])
    full: int = _ACCOUNTS
    waiters: Waiters = field(default_factory=Waiters)
    lengths: deque[float] = field(default_factory=lambda: deque[float](maxlen=_REMEMBERED))


class Pacer:
    """Holds only what can be learned again: after a restart it is merely more careful."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._book = _Book()
        self._lock: Lock | None = None
        self._places = itertools.count()
        self._alarm: asyncio.Future[None] | None = None
        self._alarm_at = NEVER

    def guarded(self, lock: Lock) -> None:
        """From now on no call is made without a proof that nobody else makes it too."""
        self._lock = lock

    def now(self) -> float:
        return self._clock.monotonic()

    @property
    def accounts(self) -> int:
        """How many are kept."""
        return len(self._book.accounts)

    @asynccontextmanager
    async def slot(self, claims: Claims, stir: asyncio.Event) -> AsyncGenerator[Slot]:
        """Wait until one of the claims may be made; the body makes the call. Set `stir` when the
        claims may have changed: they are asked for again. A RateLimited that leaves the body
        closes its budget for everybody. Raises LockLost."""
        slot = Slot(await self._granted(claims, stir))
        accounts = [self._account(budget) for budget in slot.claim.budgets]
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
            self._share(slot.claim.budgets)

    def ended(self, stream: str) -> None:
        """The stream's last frame is out: nothing is kept back for it any more."""
        paid = [account for account in self._book.accounts.values() if stream in account.streams]
        if paid:
            began = min(account.streams.pop(stream) for account in paid)
            self._book.lengths.append(self.now() - began)
            self._share(account.budget for account in paid)

    async def _granted(self, claims: Claims, stir: asyncio.Event) -> Claim:
        waiter = Waiter(stir, next(self._places))
        try:
            while waiter.leave is None:
                stir.clear()
                self._ask(waiter, claims())
                if waiter.leave is None:
                    await stir.wait()
        except BaseException:
            self._leave(waiter)
            raise
        return waiter.leave

    def _ask(self, waiter: Waiter, claims: Sequence[Claim]) -> None:
        """What it wants now; what it wanted before is free for others."""
        before = waiter.budgets
        for claim in claims:
            if claim.stream is not None:
                for budget in claim.budgets:
                    self._account(budget).streams.setdefault(claim.stream, self.now())
        self._book.waiters.put(waiter, claims)
        if free := next((claim for claim in claims if not claim.budgets), None):
            self._give(waiter, free)
        self._share(before | waiter.budgets)

    def _leave(self, waiter: Waiter) -> None:
        """It wants nothing any more, and perhaps never used what it was given."""
        self._book.waiters.remove(waiter)
        for budget in waiter.leave.budgets if waiter.leave else ():
            self._account(budget).unused(self.now())
        self._share(waiter.budgets)

    def _share(self, budgets: Iterable[Budget]) -> None:
        """Give what is free of these budgets, the best claims first, and plan when to look at the
        others again. Only who gets leave is woken."""
        open_ones = set(budgets)
        while open_ones:  # who waited behind somebody that got leave is looked at again
            open_ones = self._give_what_is_free(open_ones)
        self._set_alarm()

    def _give_what_is_free(self, budgets: set[Budget]) -> set[Budget]:
        """What those waited for that got leave. A claim that waits for no less than a better one
        does is looked at when that one has gone."""
        now, given = self.now(), set[Budget]()
        free: dict[_Kind, float] = {}
        front: dict[Budget, float] = {}
        dues = dict.fromkeys(self._book.waiters.of(budgets), NEVER)
        for claim, waiter in in_order(dues):
            if waiter.leave is not None:
                continue
            ready = self._ready(claim, now, free)
            if ready <= now:
                self._give(waiter, claim)
                given |= waiter.budgets
                free.clear()
            elif all(ready < front.get(budget, NEVER) for budget in claim.budgets):
                dues[waiter] = min(dues[waiter], ready)
                front |= dict.fromkeys(claim.budgets, ready)
        for waiter, due in dues.items():
            if waiter.leave is None:
                self._book.waiters.plan(waiter, due)
        return given

    def _give(self, waiter: Waiter, claim: Claim) -> None:
        self._book.waiters.remove(waiter)
        for budget in claim.budgets:
            account = self._account(budget)
            account.took(self.now())
            if claim.paced:
                account.last_paced = self.now()
        waiter.leave = claim
        waiter.stir.set()

    def _set_alarm(self) -> None:
        """For when the next claim is due. One that goes off too early sets itself again."""
        at = self._book.waiters.soonest()
        if self._alarm is not None and (at < self._alarm_at or at == NEVER):
            self._alarm.cancel()
            self._alarm = None
        if self._alarm is None and at < NEVER:
            self._alarm, self._alarm_at = asyncio.ensure_future(self._wait(at)), at

    async def _wait(self, at: float) -> None:
        await self._clock.sleep(max(_TICK, at - self.now()))
        self._alarm = None
        self._share(self._book.waiters.due(self.now()))

    def _ready(self, claim: Claim, now: float, free: dict[_Kind, float]) -> float:
        """When the claim may be made. `free` remembers what is the same for claims of one kind."""
        ready = now
        for budget in claim.budgets:
            account = self._account(budget)
            if (kind := _kind(account, claim)) not in free:
                free[kind] = self._free(account, claim, now)
            ready = max(ready, free[kind])
        return ready

    def _free(self, account: Account, claim: Claim, now: float) -> float:
        if _is_first(account, claim):
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
            self._forget()
            account = self._book.accounts[budget] = Account(budget, self.now())
        return account

    def _forget(self) -> None:
        """Accounts of threads where nothing happens any more; so that it costs little, only once
        there are twice as many as were needed the last time."""
        book, now = self._book, self.now()
        if len(book.accounts) >= book.full:
            kept = {b: a for b, a in book.accounts.items() if not self._rests(a, now)}
            book.accounts, book.full = kept, max(_ACCOUNTS, 2 * len(kept))

    def _rests(self, account: Account, now: float) -> bool:
        return account.rests(now) and not self._book.waiters.wants(account.budget)

    def _refused(self, accounts: Sequence[Account], limit: RateLimited) -> None:
        for account in accounts:
            account.unused(self.now())
        self._account(limit.budget).refused(self.now(), limit.retry_after)


def _is_first(account: Account, claim: Claim) -> bool:
    """Whether nothing is kept back from it for others. Nothing final spends what is a pace."""
    is_urgent = claim.urgency < Urgency.RECORD or (claim.stream is None and claim.urgency.paced)
    return is_urgent or account.budget.pace


def _kind(account: Account, claim: Claim) -> _Kind:
    """Claims of a kind may be made at the same moment."""
    is_first = _is_first(account, claim)
    return account.budget.name, is_first, claim.paced, claim.stream in account.streams
