"""Threads of ours in Slack: only there a plain reply is meant for us, and after we were called."""

from __future__ import annotations

from collections import OrderedDict

from adapters.intake.threads import OurThreads
from adapters.slack.inbound.payloads import MessageEvent
from runtime.ids import Address, SessionId, session_id
from runtime.ports import Sessions

_KEPT = 10_000  # threads
_EARLY_THREADS, _EARLY_REPLIES = 256, 8


class Threads(OurThreads):
    """Events come in any order: replies in threads that are not ours yet are kept for a while, for
    the mention that they followed."""

    def __init__(self, sessions: Sessions) -> None:
        super().__init__(sessions)
        self._since: OrderedDict[SessionId, str] = OrderedDict()
        self._early: OrderedDict[SessionId, list[MessageEvent]] = OrderedDict()

    async def takes(self, address: Address, reply: MessageEvent) -> bool:
        """Whether a reply is meant for us: in a thread of ours, and after we were called there.
        One in another thread is kept. Raises JournalUnavailable."""
        session = session_id(address)
        if await self.ours(address):
            return reply.ts > self._since.get(session, "")
        kept = self._early.setdefault(session, [])
        kept[:] = [*kept, reply][-_EARLY_REPLIES:]
        self._early.move_to_end(session)
        if len(self._early) > _EARLY_THREADS:
            self._early.popitem(last=False)
        return False

    def opened(self, address: Address, at: str) -> list[MessageEvent]:
        """We were called, in a message of this time stamp: the replies that were kept for it."""
        session = session_id(address)
        if not self._ours.get(session):
            self._since[session] = at
            if len(self._since) > _KEPT:
                self._since.popitem(last=False)
        self.begun(address)
        return [reply for reply in self._early.pop(session, []) if reply.ts > at]
