"""Brings one thread's messages to what its cards say, and keeps them there while it works.

Pull, not push: it waits for leave to make a call and only then reads the newest view, so frames
that nobody saw are never sent. It is the only one who writes in its thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from adapters.layout.layout import run_cards
from adapters.pace.pacer import Pacer
from adapters.ports.cards import Card
from adapters.ports.outbox import Outbox
from adapters.ports.surface import Surface
from adapters.reconcile.caller import Caller
from adapters.reconcile.delivery import Delivery
from adapters.reconcile.messages import Messages
from adapters.reconcile.steps import Step, steps
from adapters.reconcile.thread_status import ThreadStatus
from runtime.events import Phase
from runtime.ids import NO_SEQ, Address, ArtifactHash, RunId, Seq, SessionId
from runtime.ports import Clock, ViewFeed
from runtime.view import RunView, ThreadView

_COURTESY = 1.0  # seconds


@dataclass(frozen=True, slots=True)
class ReconcilerContext:
    """What the reconcilers of one connection share."""

    surface: Surface
    outbox: Outbox
    pacer: Pacer
    clock: Clock
    artifact: Callable[[SessionId, ArtifactHash], Awaitable[bytes]]


class Reconciler:
    """One thread, for as long as something happens in it."""

    def __init__(
        self,
        session: SessionId,
        address: Address,
        feed: ViewFeed,
        context: ReconcilerContext,
        advanced: asyncio.Event | None = None,
    ) -> None:
        """`advanced` is set whenever `exact` grew."""
        self._session, self._address, self._feed, self._means = session, address, feed, context
        self._messages = Messages(session, context.outbox)
        artifact = partial(context.artifact, session)
        self._delivery = Delivery(address, self._messages, context.surface, artifact)
        self._laid_out: dict[RunId, tuple[RunView, tuple[Card, ...]]] = {}
        self._words = Caller(session, feed, self._delivery, context.pacer, self._other_steps)
        self._files = Caller(session, feed, self._delivery, context.pacer, self._file_steps)
        self._stir = self._words.notify
        self._files_since: float | None = None
        self._idle = False
        self._seen = NO_SEQ
        self._sign = ThreadStatus(address, context.surface, context.pacer, self._stir)
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
        files = self._files.keep(self._means.clock, self._stir)
        works = (self._listen(), self._sign.keep(), files)
        beside = [asyncio.ensure_future(work) for work in works]
        for task in beside:
            task.add_done_callback(lambda _: self._stir.set())
        try:
            while not await self._converged(beside):
                await self._words.once()
                self._files.notify.set()
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            self._means.pacer.ended(self._session)

    async def _listen(self) -> None:
        while True:
            view = await self._feed.changed()
            self._words.sees()
            # Between two entries only text grows: who waits for a slot need not think again.
            if view.seq != self._seen or self._idle:
                self._seen = view.seq
                self._stir.set()
                self._files.notify.set()

    async def _converged(self, beside: Sequence[asyncio.Future[None]]) -> bool:
        """Whether there is nothing to do, now and until something is published. Raises what ended
        the work beside: nobody would stir any more."""
        while True:
            for task in beside:
                if task.done():
                    task.result()
            view = self._feed.view
            waiting = bool(self._other_steps(view))
            is_said = self._sign.want(None if waiting else _phase(view))
            if not self._steps(view):
                self._advance(view.seq)
                if is_said and _rests(view):
                    return True
            if self._words.ready():
                return False
            self._idle = True
            if not waiting:
                self._words.since = None
            await self._words.rest(self._means.clock, self._courtesy(view) or float("inf"))
            self._idle = False

    def _advance(self, seq: Seq) -> None:
        if seq > self._exact:
            self._exact = seq
            self._advanced.set()

    def _steps(self, view: ThreadView) -> tuple[Step, ...]:
        limits = self._means.surface.limits
        return steps(view, self._cards(view), self._messages.known, limits)

    def _other_steps(self, view: ThreadView) -> tuple[Step, ...]:
        """All but those of files, which keep nobody waiting; whichever opens the place."""
        found = self._steps(view)
        if self._messages.place is None:
            return found
        kept_back = bool(self._courtesy(view))
        return tuple(s for s in found if not (s.is_file or (kept_back and s.begins_answer)))

    def _courtesy(self, view: ThreadView) -> float:
        """Seconds for which an answer that is not begun yet lets a file go first: those that go up
        quickly stand above it, as they were delivered."""
        files = self._file_steps(view)
        if not files:
            self._files_since = None
            return 0.0
        now = self._means.pacer.now()
        if self._files_since is None:
            self._files_since = now
        is_first_try = len(self._files.ready()) == len(files)
        return max(0.0, self._files_since + _COURTESY - now) if is_first_try else 0.0

    def _file_steps(self, view: ThreadView) -> tuple[Step, ...]:
        if self._messages.place is None:
            return ()
        return tuple(step for step in self._steps(view) if step.is_file)

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


def _phase(view: ThreadView) -> Phase | None:
    """What the thread's own status should be; None before the first task."""
    if view.run is None:
        return None
    return Phase.PAUSED if view.run.waiting else view.run.phase


def _rests(view: ThreadView) -> bool:
    """Whether nothing goes on until people act."""
    return view.run is None or view.run.outcome is not None or view.run.waiting
