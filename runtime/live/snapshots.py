"""Snapshots: how sessions are read without folding all of their journal. See `folds.snapshot`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import structlog

from runtime.errors import AetherError
from runtime.events import RunFinished
from runtime.facts import Entry
from runtime.folds.context import Conversation
from runtime.folds.snapshot import (
    Folded,
    conversation_of,
    joined_conversation,
    joined_view,
    readable,
    state_of,
    view_of,
)
from runtime.folds.state import RunState
from runtime.ids import NO_SEQ, Seq, SessionId
from runtime.ports import Journal
from runtime.view import ThreadView

log = structlog.get_logger(__name__)

T = TypeVar("T")

EACH = 64  # entries at least from one snapshot to the next
_NEWEST = Seq((1 << 31) - 1)  # the largest that a database takes


class Snapshots:
    """Reads what sessions had come to at their newest snapshot; writes snapshots where a task
    ended."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    async def stored(self, session: SessionId) -> tuple[RunState, Conversation]:
        """What a driver goes on from; the entries since are missing, all where there is none."""
        store = self._journal.snapshots
        state = readable(await store.state(session), state_of) or RunState(session)
        if state.head == NO_SEQ:
            return state, Conversation()
        parts = await _parts(await store.conversations(session, state.head), conversation_of)
        if not parts or parts[-1].head != state.head or parts[0].left_out:
            return RunState(session), Conversation()
        return state, joined_conversation(parts)

    async def view(self, session: SessionId, after: Seq = NO_SEQ) -> ThreadView:
        """What people saw at the newest snapshot, of everything after this entry at least; nothing
        where there is none."""
        parts: list[ThreadView] = []
        upto = _NEWEST
        while upto > after:
            part = await self._part(session, upto)
            if part is None:
                return ThreadView(session)
            parts.insert(0, part)
            upto = part.since
        return joined_view(parts) if parts else ThreadView(session)

    async def _part(self, session: SessionId, upto: Seq) -> ThreadView | None:
        """The one that ends here."""
        parts = await _parts(await self._journal.snapshots.views(session, upto, 1), view_of)
        return parts[0] if parts and upto in (_NEWEST, parts[0].seq) else None

    async def write(self, session: SessionId) -> None:
        """Bring the snapshots of a session up to its last task that is over."""
        newest = await self._journal.snapshots.newest(session)
        stored = readable(newest, Folded.of)
        folded = stored.further() if stored else Folded.empty(session)
        last = folded.state.head
        async for page in self._journal.pages(session, last):
            for entry in page:
                folded = folded.after(entry)
                if isinstance(entry.fact, RunFinished) and entry.seq >= last + EACH:
                    await self._journal.snapshots.keep(folded.snapshot())
                    folded, last = folded.further(), entry.seq


class SnapshotWriter:
    """Writes snapshots in the background, one session at a time."""

    def __init__(self, journal: Journal) -> None:
        self._journal, self._snapshots = journal, Snapshots(journal)
        self._ended: dict[SessionId, Seq] = {}
        self._stir = asyncio.Event()

    def published(self, session: SessionId, entries: Sequence[Entry]) -> None:
        """To be called after every commit."""
        ends = [entry.seq for entry in entries if isinstance(entry.fact, RunFinished)]
        if ends:
            self._ended[session] = ends[-1]
            self._stir.set()

    async def serve(self) -> None:
        """Until cancelled. First what long sessions lack, as after another version of the folds."""
        for session in await self._reading(self._journal.snapshots.lacking(EACH)) or ():
            await self._reading(self._snapshots.write(session))
        while True:
            await self._stir.wait()
            self._stir.clear()
            while self._ended:
                await self._reading(self._reach(*self._ended.popitem()))

    async def _reach(self, session: SessionId, ended: Seq) -> None:
        if ended >= await self._journal.snapshots.reached(session) + EACH:
            await self._snapshots.write(session)

    async def _reading(self, work: Awaitable[T]) -> T | None:
        """What fails is written at the next end of a task; nobody needs it meanwhile."""
        try:
            return await work
        except AetherError as error:
            log.info("snapshot.failed", why=str(error))
            return None


async def _parts(texts: Sequence[str], read: Callable[[str], T]) -> Sequence[T]:
    """Nothing if one of them cannot be read. Others have their turn after each."""
    parts: list[T] = []
    for text in texts:
        if (part := readable(text, read)) is None:
            return ()
        parts.append(part)
        await asyncio.sleep(0)
    return parts
