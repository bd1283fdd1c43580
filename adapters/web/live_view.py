"""A stage for each watched session: folded and drawn once, however many people look."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress

from adapters.web.context import WebContext
from adapters.web.event_order import EventOrder
from adapters.web.metrics import Metrics
from adapters.web.render.fragment import Fragment, Piece
from adapters.web.render.thread import Pieces
from runtime.ids import SessionId
from runtime.ports import ViewFeed
from runtime.view import ThreadView

FRAME = 0.05  # seconds between two drawings at least
SLOWEST = 1.0  # seconds, however many sessions are watched
SHARE = 0.25  # of one core that all drawings together may take; beyond it frames are left out
LOOK = 15.0  # seconds after which permissions that ran out are looked for


class LiveView:
    """What the page shows of one session now. `fresh` is set, and replaced, by every change."""

    def __init__(
        self,
        context: WebContext,
        session: SessionId,
        metrics: Metrics,
        connections: Callable[[], int],
    ) -> None:
        self._door, self._session, self._metrics, self._crowd = (
            context,
            session,
            metrics,
            connections,
        )
        self._places = EventOrder()
        self._pieces = Pieces(context.about, context.problem)
        self._dirty = asyncio.Event()
        self._paused = False
        self._remarks = -1
        self._task: asyncio.Task[None] | None = None
        self.view = ThreadView(session)
        self.fragments: dict[str, Fragment] = {}
        self.rev = 0
        self.fresh = asyncio.Event()

    async def open(self) -> None:
        """Returns when everything on the record is drawn."""
        feed = await self._door.sessions.view(self._session)
        ready = asyncio.Event()
        self._task = asyncio.create_task(self._go(feed, ready), name=f"stage {self._session}")
        waiting = asyncio.ensure_future(ready.wait())
        try:
            await asyncio.wait((waiting, self._task), return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
        self.check()

    def check(self) -> None:
        """Raises what ended the stage, if it ended: the journal could not be read."""
        if self._task is not None and self._task.done():
            self._task.result()

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _go(self, feed: ViewFeed, ready: asyncio.Event) -> None:
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._follow_view(feed))
                tasks.create_task(self._follow_events(feed, ready))
                await ready.wait()
                while True:
                    took = await self._draw(feed)
                    await asyncio.sleep(min(max(FRAME, took * self._crowd() / SHARE), SLOWEST))
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._dirty.wait(), LOOK)
        except BaseExceptionGroup as group:
            raise group.exceptions[0] from None
        finally:
            await feed.aclose()
            self._announce()

    async def _follow_view(self, feed: ViewFeed) -> None:
        while True:
            await feed.changed()
            self._dirty.set()

    async def _follow_events(self, feed: ViewFeed, ready: asyncio.Event) -> None:
        """The order of things; ready when it has caught up with the view."""
        target = feed.view.seq
        if not target:
            await self._first(feed, ready)
        async with aclosing(self._door.sessions.events(self._session)) as events:
            async for envelope in events:
                self._places.note(envelope)
                if envelope.delta is None:
                    self._dirty.set()
                if not ready.is_set() and envelope.seq >= target:
                    await self._first(feed, ready)

    async def _first(self, feed: ViewFeed, ready: asyncio.Event) -> None:
        await self._draw(feed)
        ready.set()

    async def _draw(self, feed: ViewFeed) -> float:
        """How many seconds of work it was; waiting for a core is none."""
        self._dirty.clear()
        view = self.view = feed.view
        remarks = sum(len(run.remarks) for run in view.runs) + len(view.runs)
        if remarks != self._remarks:  # a pause is told by a remark, and by nothing else in a view
            self._paused = (await self._door.standing(self._session)).paused
            self._remarks = remarks
        began = time.thread_time()
        now = self._door.clock.now()
        pieces = self._pieces.of(view, self._places, now, paused=self._paused)
        if self._take(pieces):
            self._announce()
        took = time.thread_time() - began
        self._metrics.drawing.observe(took)
        return took

    def _take(self, pieces: list[Piece]) -> bool:
        """Number what changed. Whether anything did."""
        before, self.fragments = self.fragments, {}
        changed = len(pieces) != len(before)
        last: dict[str, str] = {}
        for piece in pieces:
            after = last.get(piece.region, "")
            last[piece.region] = piece.key
            old = before.get(piece.key)
            if old is None or old.piece != piece or old.after != after:
                self.rev += 1
                changed = True
                old = Fragment(piece, after, self.rev)
            self.fragments[piece.key] = old
        return changed

    def _announce(self) -> None:
        was, self.fresh = self.fresh, asyncio.Event()
        was.set()


class LiveViews:
    """Opened by the first viewer, closed by the last."""

    def __init__(self, context: WebContext, metrics: Metrics) -> None:
        self._door, self._metrics = context, metrics
        self._stages: dict[SessionId, asyncio.Task[LiveView]] = {}
        self._viewers: dict[SessionId, int] = {}

    async def watch(self, session: SessionId) -> AsyncGenerator[LiveView, None]:
        """One stage, for as long as the generator is open."""
        self._viewers[session] = self._viewers.get(session, 0) + 1
        opening = self._stages.get(session)
        if opening is None:
            opening = asyncio.create_task(self._open(session))
            self._stages[session] = opening
            self._metrics.live_views.inc()
        try:
            live_view = await asyncio.shield(opening)
            live_view.check()  # others may still look at one that ended
            yield live_view
        finally:
            self._viewers[session] -= 1
            if not self._viewers[session]:
                del self._viewers[session]
                del self._stages[session]
                self._metrics.live_views.dec()
                await self._close(opening)

    async def _open(self, session: SessionId) -> LiveView:
        live_view = LiveView(self._door, session, self._metrics, lambda: len(self._stages))
        await live_view.open()
        return live_view

    async def _close(self, opening: asyncio.Task[LiveView]) -> None:
        if not opening.done():
            opening.cancel()
        results = await asyncio.gather(opening, return_exceptions=True)
        for live_view in results:
            if isinstance(live_view, LiveView):
                await live_view.close()
