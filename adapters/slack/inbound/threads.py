"""Which threads are ours: only there a plain reply is meant for us."""

from __future__ import annotations

from collections import OrderedDict

from adapters.slack.inbound.payloads import MessageEvent
from runtime.ids import Address, SessionId, session_id
from runtime.ports import Sessions

_KEPT = 10_000  # threads
_EARLY_THREADS, _EARLY_REPLIES = 256, 8


class Threads:
    """A bounded memory in front of the record.

    Events come in any order: replies in threads that are not ours yet are kept for a while, for
    the mention that they followed.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._since: OrderedDict[SessionId, str] = OrderedDict()
        self._early: OrderedDict[SessionId, list[MessageEvent]] = OrderedDict()

    async def ours(self, address: Address) -> bool:
        """Whether the thread has a session. Raises JournalUnavailable."""
        session = session_id(address)
        if session in self._since:
            self._since.move_to_end(session)
            return True
        if await self._sessions.exists(address):
            self._note(session, "")
        return session in self._since

    async def takes(self, address: Address, reply: MessageEvent) -> bool:
        """Whether a reply is meant for us: in a thread of ours, and after we were called there.
        One in another thread is kept. Raises JournalUnavailable."""
        if await self.ours(address):
            return reply.ts > self._since[session_id(address)]
        kept = self._early.setdefault(session_id(address), [])
        kept[:] = [*kept, reply][-_EARLY_REPLIES:]
        self._early.move_to_end(session_id(address))
        if len(self._early) > _EARLY_THREADS:
            self._early.popitem(last=False)
        return False

    def opened(self, address: Address, at: str) -> list[MessageEvent]:
        """We were called, in a message of this time stamp: the replies that were kept for it."""
        session = session_id(address)
        self._note(session, at)
        return [reply for reply in self._early.pop(session, []) if reply.ts > at]

    def _note(self, session: SessionId, since: str) -> None:
        self._since.setdefault(session, since)
        if len(self._since) > _KEPT:
            self._since.popitem(last=False)
