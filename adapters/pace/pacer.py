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

from adapters.pace.account import LimiterState
from adapters.pace.horizon import expected_rest
from adapters.pace.waiters import NEVER, CallRequest, Waiter, Waiters, in_order
from adapters.ports.cards import Urgency
from adapters.ports.errors import RateLimited
from adapters.ports.rate_limit import RateLimit
from runtime.ports import Clock, Lock

_FIRST_GUESS = 20.0  # seconds of a live stream, before any was seen to end
_REMEMBERED = 20
_ACCOUNTS = 200  # are kept without asking whether somebody needs them
_TICK = 0.001  # seconds: a clock may not tell less apart, and would be asked again for ever


Claims = Callable[[], Sequence[CallRequest]]
_Kind = tuple[str, bool, bool, bool]


@dataclass(slots=True)
class Permit:
    """Leave to make one call, now. `used` is set to False by who finds nothing to do."""

    request: CallRequest
    used: bool = True


@dataclass(slots=True)
class _Book:
    accounts: dict[RateLimit, LimiterState] = field(default_factory=dict[RateLimit, LimiterState])
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
    async def permit(self, requests: Claims, notify: asyncio.Event) -> AsyncGenerator[Permit]:
        """Wait until one of the claims may be made; the body makes the call. Set `notify` when the
        claims may have changed: they are asked for again. A RateLimited that leaves the body
        closes its budget for everybody. Raises LockLost."""
        permit = Permit(await self._granted(requests, notify))
        accounts = [self._account(rate_limit) for rate_limit in permit.request.rate_limits]
        try:
            if self._lock is not None:
                await self._lock.prove()
            yield permit
        except RateLimited as limit:
            self._refused(accounts, limit)
            raise
        except BaseException:
            for account in accounts:
                account.ended(self.now())
            raise
        else:
            for account in accounts:
                account.ended(self.now()) if permit.used else account.unused(self.now())
        finally:
            self._share(permit.request.rate_limits)

    def ended(self, stream: str) -> None:
        """The stream's last frame is out: nothing is kept back for it any more."""
        paid = [account for account in self._book.accounts.values() if stream in account.streams]
        if paid:
            began = min(account.streams.pop(stream) for account in paid)
            self._book.lengths.append(self.now() - began)
            self._share(account.rate_limit for account in paid)

    async def _granted(self, requests: Claims, notify: asyncio.Event) -> CallRequest:
        waiter = Waiter(notify, next(self._places))
        try:
            while waiter.leave is None:
                notify.clear()
                self._ask(waiter, requests())
                if waiter.leave is None:
                    await notify.wait()
        except BaseException:
            self._leave(waiter)
            raise
        return waiter.leave

    def _ask(self, waiter: Waiter, requests: Sequence[CallRequest]) -> None:
        """What it wants now; what it wanted before is free for others."""
        before = waiter.rate_limits
        for request in requests:
            if request.stream is not None:
                for rate_limit in request.rate_limits:
                    self._account(rate_limit).streams.setdefault(request.stream, self.now())
        self._book.waiters.put(waiter, requests)
        if free := next((request for request in requests if not request.rate_limits), None):
            self._give(waiter, free)
        self._share(before | waiter.rate_limits)

    def _leave(self, waiter: Waiter) -> None:
        """It wants nothing any more, and perhaps never used what it was given."""
        self._book.waiters.remove(waiter)
        for rate_limit in waiter.leave.rate_limits if waiter.leave else ():
            self._account(rate_limit).unused(self.now())
        self._share(waiter.rate_limits)

    def _share(self, rate_limits: Iterable[RateLimit]) -> None:
        """Give what is free of these budgets, the best claims first, and plan when to look at the
        others again. Only who gets leave is woken."""
        open_ones = set(rate_limits)
        while open_ones:  # who waited behind somebody that got leave is looked at again
            open_ones = self._give_what_is_free(open_ones)
        self._set_alarm()

    def _give_what_is_free(self, rate_limits: set[RateLimit]) -> set[RateLimit]:
        """What those waited for that got leave. A claim that waits for no less than a better one
        does is looked at when that one has gone."""
        now, given = self.now(), set[RateLimit]()
        free: dict[_Kind, float] = {}
        front: dict[RateLimit, float] = {}
        dues = dict.fromkeys(self._book.waiters.of(rate_limits), NEVER)
        for request, waiter in in_order(dues):
            if waiter.leave is not None:
                continue
            ready = self._ready(request, now, free)
            if ready <= now:
                self._give(waiter, request)
                given |= waiter.rate_limits
                free.clear()
            elif all(ready < front.get(rate_limit, NEVER) for rate_limit in request.rate_limits):
                dues[waiter] = min(dues[waiter], ready)
                front |= dict.fromkeys(request.rate_limits, ready)
        for waiter, due in dues.items():
            if waiter.leave is None:
                self._book.waiters.plan(waiter, due)
        return given

    def _give(self, waiter: Waiter, request: CallRequest) -> None:
        self._book.waiters.remove(waiter)
        for rate_limit in request.rate_limits:
            account = self._account(rate_limit)
            account.took(self.now())
            if request.paced:
                account.last_paced = self.now()
        waiter.leave = request
        waiter.notify.set()

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

    def _ready(self, request: CallRequest, now: float, free: dict[_Kind, float]) -> float:
        """When the claim may be made. `free` remembers what is the same for claims of one kind."""
        ready = now
        for rate_limit in request.rate_limits:
            account = self._account(rate_limit)
            if (kind := _kind(account, request)) not in free:
                free[kind] = self._free(account, request, now)
            ready = max(ready, free[kind])
        return ready

    def _free(self, account: LimiterState, request: CallRequest, now: float) -> float:
        if _is_first(account, request):
            return account.free_at(now, 0.0)
        others = len(account.streams) - (request.stream in account.streams)
        if not request.paced:
            return account.free_at(now, float(others))
        reserve = float(len(account.streams))
        gap = account.gap(now, self._horizon(account, now), reserve)
        return max(account.free_at(now, reserve), account.last_paced + gap)

    def _horizon(self, account: LimiterState, now: float) -> float:
        """Seconds that the live streams will go on."""
        usual = statistics.median(self._book.lengths or (_FIRST_GUESS,))
        window = account.rate_limit.window
        rests = (expected_rest(now - began, usual, window) for began in account.streams.values())
        return max(rests, default=usual)

    def _account(self, rate_limit: RateLimit) -> LimiterState:
        account = self._book.accounts.get(rate_limit)
        if account is None:
            self._forget()
            account = self._book.accounts[rate_limit] = LimiterState(rate_limit, self.now())
        return account

    def _forget(self) -> None:
        """Accounts of threads where nothing happens any more; so that it costs little, only once
        there are twice as many as were needed the last time."""
        book, now = self._book, self.now()
        if len(book.accounts) >= book.full:
            kept = {b: a for b, a in book.accounts.items() if not self._rests(a, now)}
            book.accounts, book.full = kept, max(_ACCOUNTS, 2 * len(kept))

    def _rests(self, account: LimiterState, now: float) -> bool:
        return account.rests(now) and not self._book.waiters.wants(account.rate_limit)

    def _refused(self, accounts: Sequence[LimiterState], limit: RateLimited) -> None:
        for account in accounts:
            account.unused(self.now())
        self._account(limit.rate_limit).refused(self.now(), limit.retry_after)


def _is_first(account: LimiterState, request: CallRequest) -> bool:
    """Whether nothing is kept back from it for others. Nothing final spends what is a pace."""
    is_urgent = request.urgency < Urgency.RECORD or (
        request.stream is None and request.urgency.paced
    )
    return is_urgent or account.rate_limit.pace


def _kind(account: LimiterState, request: CallRequest) -> _Kind:
    """Claims of a kind may be made at the same moment."""
    is_first = _is_first(account, request)
    return account.rate_limit.name, is_first, request.paced, request.stream in account.streams
