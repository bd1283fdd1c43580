"""Makes calls to the platform for one thread, one at a time: waits for leave, and only then looks
at the newest view for what is to be done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import structlog

from adapters.cards import Urgency
from adapters.faults import Gone, RateLimited, Rejected, SurfaceFault, Unshowable
from adapters.pace.pacer import Claim, Pacer, Slot
from adapters.pace.waiting import wait_for
from adapters.reconcile.delivery import Delivery
from adapters.reconcile.rests import Rests
from adapters.reconcile.steps import Step
from runtime.ids import SessionId
from runtime.ports import Clock, ViewFeed
from runtime.view import ThreadView

log = structlog.get_logger(__name__)


class Caller:
    """`stir` is to be set when there may be other steps."""

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
        self._rests = Rests()
        self.stir = asyncio.Event()
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
        self.stir.clear()
        await wait_for(self.stir, clock, min(most, soonest - self._pacer.now()))

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
            async with self._pacer.slot(self._claims, self.stir) as slot:
                slot.used = await self._use(slot)
        except RateLimited as limit:
            log.info("surface.limited", budget=limit.budget.name, seconds=limit.retry_after)
        except SurfaceFault as fault:
            log.debug("surface.fault", session=self._session, why=str(fault))

    def sees(self) -> None:
        """Something came that people do not see yet."""
        if self.since is None:
            self.since = self._pacer.now()

    async def _use(self, slot: Slot) -> bool:
        for step in self.ready():
            if self._claim(step).budgets == slot.claim.budgets and (
                slot.claim.paced or not step.frame
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
        if isinstance(fault, RateLimited | Gone):
            return
        seconds = 0.0
        if not isinstance(fault, Unshowable):  # its next form may be tried now
            told = isinstance(fault, Rejected)
            seconds = self._rests.failed(step, self._pacer.now(), told=told)
        log.warning("surface.failed", session=self._session, why=str(fault), seconds=seconds)

    def _claims(self) -> Sequence[Claim]:
        """One claim for each budget that the next steps need, the most urgent of its kind."""
        claims: list[Claim] = []
        for step in self.ready():
            claim = self._claim(step)
            if all(claim.budgets != other.budgets for other in claims):
                claims.append(claim)
        return claims or [Claim((), Urgency.WORK, 0.0)]

    def _claim(self, step: Step) -> Claim:
        self.sees()
        return Claim(
            budgets=self._delivery.cost(step),
            urgency=step.card.urgency,
            since=self.since or 0.0,
            stream=self._session if step.frame else None,
        )
