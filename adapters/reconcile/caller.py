"""Makes calls to the platform for one thread, one at a time: waits for leave, and only then looks
at the newest view for what is to be done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import structlog

from adapters.pace.pacer import CallRequest, Pacer, Permit
from adapters.pace.wait import wait_for
from adapters.ports.cards import Urgency
from adapters.ports.errors import Deleted, RateLimited, Rejected, SurfaceFault, Unshowable
from adapters.reconcile.backoff import Backoff
from adapters.reconcile.delivery import Delivery
from adapters.reconcile.steps import Step
from runtime.ids import SessionId
from runtime.ports import Clock, ViewFeed
from runtime.view import ThreadView

log = structlog.get_logger(__name__)


class Caller:
    """`notify` is to be set when there may be other steps."""

    def __init__(
        self,
        session: SessionId,
        feed: ViewFeed,
        delivery: Delivery,
        pacer: Pacer,
        steps: Callable[[ThreadView], Sequence[Step]],
    ) -> None:
        """`steps` are those that it makes, the most urgent first."""
        self._session, self._feed, self._delivery = session, feed, delivery
        self._pacer, self._steps = pacer, steps
        self._rests = Backoff()
        self.notify = asyncio.Event()
        self.since: float | None = None
        """When the oldest change that nobody sees appeared. It stands still until it is shown: a
        place in the queue that moved back with each look would never be reached."""

    def ready(self) -> list[Step]:
        """What may be tried now."""
        now = self._pacer.now()
        return [s for s in self._steps(self._feed.view) if self._rests.until(s) <= now]

    async def rest(self, clock: Clock, most: float = float("inf")) -> None:
        """Until something happens, or what failed may be tried again; at `most` so many seconds."""
        steps = self._steps(self._feed.view)
        soonest = min((self._rests.until(step) for step in steps), default=float("inf"))
        self.notify.clear()
        await wait_for(self.notify, clock, min(most, soonest - self._pacer.now()))

    async def keep(self, clock: Clock, made: asyncio.Event) -> None:
        """Until it is cancelled. `made` is set after each call."""
        while True:
            if self.ready():
                await self.once()
                made.set()
            else:
                self.since = None
                await self.rest(clock)

    async def once(self) -> None:
        """One call, or none if the newest view wants none. What fails is tried again later."""
        try:
            async with self._pacer.permit(self._claims, self.notify) as permit:
                permit.used = await self._use(permit)
        except RateLimited as limit:
            log.info("surface.limited", rate_limit=limit.rate_limit.name, seconds=limit.retry_after)
        except SurfaceFault as fault:
            log.debug("surface.fault", session=self._session, why=str(fault))

    def sees(self) -> None:
        """Something came that people do not see yet."""
        if self.since is None:
            self.since = self._pacer.now()

    async def _use(self, permit: Permit) -> bool:
        for step in self.ready():
            if self._claim(step).rate_limits == permit.request.rate_limits and (
                permit.request.paced or not step.frame
            ):
                await self._make(step)
                return True
        return False

    async def _make(self, step: Step) -> None:
        since, self.since = self.since, None
        try:
            await self._delivery.do(step, self._feed.view)
        except SurfaceFault as fault:
            self.since = since
            self._failed(step, fault)
            raise
        self._rests.over(step)

    def _failed(self, step: Step, fault: SurfaceFault) -> None:
        """What was rejected is not said again, but told: the first time, at once."""
        if isinstance(fault, RateLimited | Deleted):
            return
        seconds = 0.0
        if not isinstance(fault, Unshowable):  # its next form may be tried now
            told = isinstance(fault, Rejected)
            seconds = self._rests.failed(step, self._pacer.now(), told=told)
        log.warning("surface.failed", session=self._session, why=str(fault), seconds=seconds)

    def _claims(self) -> Sequence[CallRequest]:
        """One claim for each budget that the next steps need, the most urgent of its kind."""
        requests: list[CallRequest] = []
        for step in self.ready():
            request = self._claim(step)
            if all(request.rate_limits != other.rate_limits for other in requests):
                requests.append(request)
        return requests or [CallRequest((), Urgency.WORK, 0.0)]

    def _claim(self, step: Step) -> CallRequest:
        self.sees()
        return CallRequest(
            rate_limits=self._delivery.cost(step),
            urgency=step.card.urgency,
            since=self.since or 0.0,
            stream=self._session if step.frame else None,
        )
