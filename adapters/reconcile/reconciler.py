"""Brings one thread's messages to what its cards say, and keeps them there while it works.

Pull, not push: it waits for leave to make a call and only then reads the newest view, so frames
that nobody saw are never sent. It is the only one who writes in its thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

from adapters.cards import Card, Urgency
from adapters.faults import Gone, RateLimited, Rejected, SurfaceFault
from adapters.layout.layout import run_cards
from adapters.outbox import Outbox
from adapters.pace.pacer import Claim, Pacer, Slot
from adapters.pace.waiting import wait_for
from adapters.reconcile.delivery import Delivery
from adapters.reconcile.messages import Messages
from adapters.reconcile.sign import Sign
from adapters.reconcile.steps import Step, steps
from adapters.surface import Surface
from runtime.events import Phase
from runtime.ids import NO_SEQ, Address, ArtifactHash, RunId, Seq, SessionId
from runtime.ports import Clock, ViewFeed
from runtime.view import RunView, ThreadView

log = structlog.get_logger(__name__)

_FIRST_WAIT, _LONGEST_WAIT = 0.5, 30.0  # seconds after a failure, twice as long each time


@dataclass(frozen=True, slots=True)
class Means:
    """What the reconcilers of one connection share."""

    surface: Surface
    outbox: Outbox
    pacer: Pacer
    clock: Clock
    artifact: Callable[[ArtifactHash], Awaitable[bytes]]


class Reconciler:
    """One thread, for as long as something happens in it."""

    def __init__(
        self,
        session: SessionId,
        address: Address,
        feed: ViewFeed,
        means: Means,
        advanced: asyncio.Event | None = None,
    ) -> None:
        """`advanced` is set whenever `exact` grew."""
        self._session, self._address, self._feed, self._means = session, address, feed, means
        self._messages = Messages(session, means.outbox)
        self._delivery = Delivery(address, self._messages, means.surface, means.artifact)
        self._laid_out: dict[RunId, tuple[RunView, tuple[Card, ...]]] = {}
        self._stir = asyncio.Event()
        self._idle = False
        self._since: float | None = None
        self._seen = NO_SEQ
        self._sign = Sign(address, means.surface, means.pacer, self._stir)
        self._failures = 0
        self._exact = NO_SEQ
        self._advanced = advanced or asyncio.Event()

    @property
    def exact(self) -> Seq:
        """The seq up to which the thread shows everything."""
        return self._exact

    async def follow(self) -> None:
        """Until the thread is exact and its task is over or waits for people. Raises what the
        journal and the outbox raise; whoever follows again goes on where it was."""
        await self._messages.load()
        beside = [asyncio.ensure_future(work) for work in (self._listen(), self._sign.keep())]
        for task in beside:
            task.add_done_callback(lambda _: self._stir.set())
        try:
            while not await self._converged(beside):
                await self._once()
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            self._means.pacer.ended(self._session)

    async def _listen(self) -> None:
        while True:
            view = await self._feed.changed()
            if self._since is None:
                self._since = self._means.pacer.now()
            # Between two entries only text grows: who waits for a slot need not think again.
            if view.seq != self._seen or self._idle:
                self._seen = view.seq
                self._stir.set()

    async def _converged(self, beside: Sequence[asyncio.Future[None]]) -> bool:
        """Whether there is nothing to do, now and until something is published. Raises what ended
        the work beside: nobody would stir any more."""
        while True:
            for task in beside:
                if task.done():
                    task.result()
            view = self._feed.view
            if self._steps(view):
                self._sign.want(None)
                return False
            self._advance(view.seq)
            is_said = self._sign.want(_phase(view))
            if is_said and _rests(view):
                return True
            self._idle, self._since = True, None
            self._stir.clear()
            await self._stir.wait()
            self._idle = False

    def _advance(self, seq: Seq) -> None:
        if seq > self._exact:
            self._exact = seq
            self._advanced.set()

    async def _once(self) -> None:
        """One call, or none if the newest view wants none. What fails is tried again later."""
        try:
            async with self._means.pacer.slot(self._claims, self._stir) as slot:
                slot.used = await self._use(slot)
            self._failures = 0
        except RateLimited as limit:
            log.info("surface.limited", budget=limit.budget.name, seconds=limit.retry_after)
        except SurfaceFault as fault:
            if not isinstance(fault, Gone):
                await self._pause(fault)

    async def _use(self, slot: Slot) -> bool:
        view = self._feed.view
        for step in self._steps(view):
            if self._claim(step).budgets == slot.claim.budgets and (
                slot.claim.paced or not step.frame
            ):
                since, self._since = self._since, None
                try:
                    await self._delivery.do(step, view)
                except SurfaceFault:
                    self._since = since
                    raise
                return True
        return False

    def _claims(self) -> Sequence[Claim]:
        """One claim for each budget that the next steps need, the most urgent of its kind."""
        claims: list[Claim] = []
        for step in self._steps(self._feed.view):
            claim = self._claim(step)
            if all(claim.budgets != other.budgets for other in claims):
                claims.append(claim)
        return claims or [Claim((), Urgency.WORK, 0.0)]

    def _claim(self, step: Step) -> Claim:
        return Claim(
            budgets=self._delivery.cost(step),
            urgency=step.card.urgency,
            since=self._waits_since(),
            stream=self._session if step.frame else None,
        )

    def _waits_since(self) -> float:
        """When the oldest change that nobody sees appeared. It stands still until it is shown: a
        place in the queue that moved back with each look would never be reached."""
        if self._since is None:
            self._since = self._means.pacer.now()
        return self._since

    def _steps(self, view: ThreadView) -> tuple[Step, ...]:
        return steps(view, self._cards(view), self._messages.known)

    def _cards(self, view: ThreadView) -> list[Card]:
        """Tasks that did not change since the last look are not laid out again."""
        cards: list[Card] = []
        for run in view.runs:
            before = self._laid_out.get(run.run_id)
            if before is None or before[0] is not run:
                before = run, run_cards(run, self._means.surface.limits)
                self._laid_out[run.run_id] = before
            cards += before[1]
        return cards

    async def _pause(self, fault: SurfaceFault) -> None:
        """What was rejected is not said again, but told: the first time, at once."""
        told = isinstance(fault, Rejected) and not self._failures
        wait = 0.0 if told else min(_FIRST_WAIT * 2**self._failures, _LONGEST_WAIT)
        self._failures = min(self._failures + 1, 10)
        log.warning("surface.failed", session=self._session, why=str(fault), seconds=wait)
        rest = asyncio.Event()  # nothing that happens makes a broken platform whole
        await wait_for(rest, self._means.clock, wait)


def _phase(view: ThreadView) -> Phase | None:
    """What the thread's own status should be; None before the first task."""
    if view.run is None:
        return None
    return Phase.PAUSED if view.run.waiting else view.run.phase


def _rests(view: ThreadView) -> bool:
    """Whether nothing goes on until people act."""
    return view.run is None or view.run.outcome is not None or view.run.waiting
