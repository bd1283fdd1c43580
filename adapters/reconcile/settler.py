"""Follows every session of the platforms that are connected, while something happens in it."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import structlog

from adapters.pace.pacer import Pacer
from adapters.pace.wait import wait_for
from adapters.ports.outbox import Outbox
from adapters.ports.surface import Surface
from adapters.reconcile.reconciler import Reconciler, ReconcilerContext
from runtime.errors import AetherError, EntryUnreadable, JournalUnavailable, LockLost
from runtime.ids import NO_SEQ, Address, Seq, SessionId
from runtime.ports import Clock, SessionRow, Sessions

log = structlog.get_logger(__name__)

PATIENCE = 1.0  # seconds that a driver waits for the thread: its session may have work again
_AGAIN, _LONGEST = 1.0, 10.0  # seconds after a reconciler broke, doubling
_REMEMBERED = 10_000  # sessions of each kind


class Rows(Protocol):
    """Where sessions live; `runtime.ports.Journal` satisfies it."""

    async def session(self, session: SessionId) -> SessionRow | None: ...


Connect = Callable[[Address], Surface | None]
"""The connection that serves an address: by its platform, and by its team where one process serves
several workspaces. None if there is none."""


def by_platform(surfaces: Mapping[str, Surface]) -> Connect:
    """One connection for each platform."""
    return lambda address: surfaces.get(address.platform)


@dataclass(frozen=True, slots=True)
class SettlerContext:
    """What following takes. `start` runs a coroutine for as long as the program serves."""

    sessions: Sessions
    rows: Rows
    outbox: Outbox
    clock: Clock
    connect: Connect
    start: Callable[[Coroutine[Any, Any, None]], object]


class SurfaceSettler:
    """Implements ports.Settler, and the live part: `published` after every commit.

    One reconciler writes in a thread, whoever asked for it; `settle` only waits for it. So a live
    frame and a final text never race, and nothing is posted twice.
    """

    def __init__(self, context: SettlerContext, pacer: Pacer | None = None) -> None:
        """`pacer` is shared with whoever else calls these platforms."""
        self._world = context
        self._pacer = pacer or Pacer(context.clock)
        self._followed: dict[SessionId, _Followed] = {}
        self._foreign: dict[SessionId, Address] = {}
        self._breaks: dict[SessionId, int] = {}
        self._exact: dict[SessionId, Seq] = {}
        """How far threads were shown that nobody follows any more."""

    def published(self, session: SessionId) -> None:
        """Something was appended: follow the session, if it is ours and nobody does. Its workspace
        may have been installed since the last time."""
        address = self._foreign.get(session)
        if address is None or self._world.connect(address) is not None:
            self._follow(session)

    async def settle(self, session: SessionId) -> Seq:
        """The seq up to which the thread is exact, at the latest after PATIENCE. What is missing
        goes on in the background, and the sweep asks again."""
        row = await self._world.rows.session(session)
        if row is None:
            return NO_SEQ
        if self._exact.get(session, NO_SEQ) >= row.shown_seq:
            return row.shown_seq
        followed = self._follow(session)
        deadline = self._pacer.now() + PATIENCE
        while followed.exact < row.shown_seq:
            left = deadline - self._pacer.now()
            if left <= 0 or followed.over:
                break
            followed.advanced.clear()
            await wait_for(followed.advanced, self._world.clock, left)
        return followed.exact

    def _follow(self, session: SessionId) -> _Followed:
        followed = self._followed.get(session)
        if followed is None:
            followed = self._followed[session] = _Followed()
            self._world.start(self._run(session, followed))
        return followed

    async def _run(self, session: SessionId, followed: _Followed) -> None:
        """The edge of a thread: what breaks one must not end the others."""
        try:
            await self._reconcile(session, followed)
        except AetherError as error:
            self._note("thread.interrupted", session, error)
            await self._rest(session)
        except Exception:  # noqa: BLE001 -- the edge of a thread, as a segment is the runtime's
            # Without local variables: they hold people's words.
            log.error("thread.failed", session=session, exception=traceback.format_exc())
            await self._rest(session)
        else:
            self._breaks.pop(session, None)
        finally:
            del self._followed[session]
            self._remember(session, followed.exact)
            followed.over = True
            followed.advanced.set()
        if followed.reconciler is not None:
            await self._look_again(session, followed.exact)

    def _note(self, event: str, session: SessionId, error: AetherError) -> None:
        """An outage and a lost lock are said once, and not for each thread."""
        is_known = isinstance(error, JournalUnavailable | LockLost)
        if not is_known or isinstance(error, EntryUnreadable):
            log.warning(event, session=session, why=str(error))

    async def _rest(self, session: SessionId) -> None:
        """Before anybody follows the thread again; longer each time."""
        breaks = self._breaks.get(session, 0)
        self._breaks[session] = breaks + 1
        await self._world.clock.sleep(min(_AGAIN * 2**breaks, _LONGEST))

    async def _look_again(self, session: SessionId, exact: Seq) -> None:
        """What was published while it ended found it still there."""
        try:
            row = await self._world.rows.session(session)
        except AetherError as error:
            self._note("thread.unread", session, error)  # the sweep asks again
            return
        if row is not None and row.shown_seq > exact:
            self._follow(session)

    async def _reconcile(self, session: SessionId, followed: _Followed) -> None:
        row = await self._world.rows.session(session)
        surface = self._world.connect(row.address) if row else None
        if row is None:
            return
        if surface is None:
            self._remember_foreign(row)
            return
        self._foreign.pop(session, None)
        context = self._world
        feed = await context.sessions.view(session)
        try:
            context = ReconcilerContext(
                surface, context.outbox, self._pacer, context.clock, context.sessions.artifact
            )
            followed.reconciler = Reconciler(
                session, row.address, feed, context, advanced=followed.advanced
            )
            await followed.reconciler.follow()
        finally:
            await feed.aclose()

    def _remember(self, session: SessionId, exact: Seq) -> None:
        if len(self._exact) >= _REMEMBERED:
            self._exact.clear()
        self._exact[session] = exact

    def _remember_foreign(self, row: SessionRow) -> None:
        if len(self._foreign) >= _REMEMBERED:
            self._foreign.clear()
        self._foreign[row.session_id] = row.address


class _Followed:
    """One reconciler's time with a thread."""

    def __init__(self) -> None:
        self.reconciler: Reconciler | None = None
        self.advanced = asyncio.Event()
        self.over = False

    @property
    def exact(self) -> Seq:
        return self.reconciler.exact if self.reconciler else NO_SEQ
