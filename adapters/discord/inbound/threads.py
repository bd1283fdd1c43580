"""Threads of ours on Discord, and where people were asked to mention the bot."""

from __future__ import annotations

from collections import OrderedDict

from adapters.intake.threads import OurThreads, remember
from runtime.ids import Address, SessionId, session_id
from runtime.ports import Sessions


class Threads(OurThreads):
    def __init__(self, sessions: Sessions) -> None:
        super().__init__(sessions)
        self._asked: OrderedDict[SessionId, bool] = OrderedDict()

    def first_request(self, address: Address) -> bool:
        """Whether nobody was asked yet, in this thread, to mention the bot."""
        session = session_id(address)
        first = session not in self._asked
        remember(self._asked, session, True)
        return first
