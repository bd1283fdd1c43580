"""Which threads are ours: those that have a session."""

from __future__ import annotations

from collections import OrderedDict

from runtime.ids import Address, SessionId, session_id
from runtime.ports import Sessions

_MOST = 10_000  # threads that are remembered


class OurThreads:
    """A bounded memory in front of the sessions, of those that are not ours too: people talk much
    in them."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._ours: OrderedDict[SessionId, bool] = OrderedDict()

    async def ours(self, address: Address) -> bool:
        """Whether the thread has a session. Raises JournalUnavailable."""
        session = session_id(address)
        known = self._ours.get(session)
        if known is None:
            found = await self._sessions.exists(address)
            # What began meanwhile is ours, whatever was read before.
            known = self._ours.get(session) or found
        remember(self._ours, session, known)
        return known

    def begun(self, address: Address) -> None:
        """Something was recorded there."""
        remember(self._ours, session_id(address), True)


def remember(where: OrderedDict[SessionId, bool], session: SessionId, known: bool) -> None:
    where[session] = known
    where.move_to_end(session)
    if len(where) > _MOST:
        where.popitem(last=False)
