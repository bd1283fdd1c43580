"""KeptFolds: what drivers folded, kept from one wake of a session to its next."""

from __future__ import annotations

from collections import OrderedDict

from runtime.folds.context import Conversation
from runtime.folds.fold import apply
from runtime.folds.state import RunState
from runtime.ids import SessionId
from runtime.live.snapshots import Snapshots
from runtime.ports import Journal

KEPT = 8_000_000
"""Characters of conversations in memory; a forgotten one is read from its snapshots."""


class KeptFolds:
    """Those of the sessions that were driven last. Only a memory: the entries are the truth."""

    def __init__(self, journal: Journal, most: int = KEPT) -> None:
        self._journal, self._snapshots, self._most = journal, Snapshots(journal), most
        self._kept: OrderedDict[SessionId, tuple[RunState, Conversation]] = OrderedDict()
        self._size = 0

    async def read(self, session: SessionId) -> tuple[RunState, Conversation]:
        """What stands at the head now. Raises IllegalEvent and what the journal raises."""
        state, talk = self._kept.get(session) or await self._snapshots.stored(session)
        async for page in self._journal.pages(session, state.head):
            for entry in page:
                state, talk = apply(state, entry), talk.after(entry)
        return state, talk

    def keep(self, state: RunState, talk: Conversation) -> None:
        """For the next wake. Both are folds of the same committed entries."""
        self._forget(state.session_id)
        self._kept[state.session_id] = state, talk
        self._size += talk.size
        while self._size > self._most:
            self._forget(next(iter(self._kept)))

    @property
    def sessions(self) -> list[SessionId]:
        """Of whom something is kept, the one that was driven last at the end."""
        return list(self._kept)

    def _forget(self, session: SessionId) -> None:
        if (known := self._kept.pop(session, None)) is not None:
            self._size -= known[1].size
