"""SharedView: what people see of one session, folded once however many look at it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine

from runtime.events import Envelope
from runtime.folds.view import project
from runtime.ids import NO_SEQ, Seq, SessionId
from runtime.view import ThreadView

_SLICE = 64  # events that are folded before others have their turn


class SharedView:
    """A view that follows the events that come after it."""

    def __init__(self, view: ThreadView, events: AsyncGenerator[Envelope, None]) -> None:
        self.view = view
        self.readers: set[Feed] = set()
        self._events = events
        self._task: asyncio.Task[None] | None = None

    async def open(self, shown: Seq) -> None:
        """Fold what is on the record, up to `shown`, then follow in the background."""
        folded = 0
        while self.view.seq < shown:
            self.view = project(self.view, await anext(self._events))
            folded += 1
            if folded % _SLICE == 0:
                await asyncio.sleep(0)
        self._task = asyncio.create_task(self._follow())
        self._task.add_done_callback(lambda _: self._tell())

    async def _follow(self) -> None:
        async for envelope in self._events:
            self.view = project(self.view, envelope)
            self._tell()

    def _tell(self) -> None:
        for reader in self.readers:
            reader.fresh.set()

    @property
    def over(self) -> bool:
        return self._task is not None and self._task.done()

    def check(self) -> None:
        """Raises what ended it: the journal could not be read."""
        if self._task is not None and self._task.done():
            self._task.result()

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._events.aclose()


class Feed:
    """One reader of a shared view. Implements ports.ViewFeed."""

    def __init__(self, shared: SharedView, leave: Callable[[], Awaitable[None]]) -> None:
        self._shared, self._leave = shared, leave
        self.fresh = asyncio.Event()
        self.fresh.set()
        shared.readers.add(self)

    @property
    def view(self) -> ThreadView:
        return self._shared.view

    async def changed(self) -> ThreadView:
        await self.fresh.wait()
        self._shared.check()
        self.fresh.clear()
        return self._shared.view

    async def aclose(self) -> None:
        if self in self._shared.readers:
            self._shared.readers.discard(self)
            await self._leave()


class SharedViews:
    """One view for each session that somebody looks at: opened by the first, closed by the last."""

    def __init__(
        self, open_view: Callable[[SessionId, Seq], Coroutine[None, None, SharedView]]
    ) -> None:
        self._open = open_view
        self._views: dict[SessionId, tuple[Seq, asyncio.Task[SharedView]]] = {}
        self._readers: dict[asyncio.Task[SharedView], int] = {}

    async def join(self, session: SessionId, after: Seq) -> Feed:
        """One that reaches back to `after`. Raises JournalUnavailable."""
        reaches, opening = self._views.get(session, (after, None))
        if opening is None or reaches > after or _is_over(opening):
            opening = asyncio.create_task(self._open(session, after))
            self._views[session] = after, opening
        self._readers[opening] = self._readers.get(opening, 0) + 1
        try:
            shared = await asyncio.shield(opening)
        except BaseException:
            await self._leave(session, opening)
            raise
        return Feed(shared, lambda: self._leave(session, opening))

    async def _leave(self, session: SessionId, opening: asyncio.Task[SharedView]) -> None:
        self._readers[opening] -= 1
        if self._readers[opening]:
            return
        del self._readers[opening]
        if self._views.get(session, (NO_SEQ, None))[1] is opening:
            del self._views[session]
        opening.cancel()
        for shared in await asyncio.gather(opening, return_exceptions=True):
            if isinstance(shared, SharedView):
                await shared.close()


def _is_over(opening: asyncio.Task[SharedView]) -> bool:
    """Whether it failed; whoever comes now tries again."""
    if not opening.done():
        return False
    return opening.cancelled() or opening.exception() is not None or opening.result().over
