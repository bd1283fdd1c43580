"""Messages that were heard as they were written."""

from __future__ import annotations

from collections import OrderedDict

from adapters.ports.inbound import Mention, Reply
from runtime.ids import SessionId, session_id

_KEPT = 10_000  # messages


class Seen:
    """A bounded memory of this process. Reading one of them again in its thread must not do it
    again, and not all are on the record: a refused "stop" would stop the next task."""

    def __init__(self) -> None:
        self._said: OrderedDict[tuple[SessionId, str], None] = OrderedDict()

    def note(self, said: Mention | Reply) -> None:
        self._said[session_id(said.address), said.message_id] = None
        if len(self._said) > _KEPT:
            self._said.popitem(last=False)

    def __contains__(self, said: Mention | Reply) -> bool:
        return (session_id(said.address), said.message_id) in self._said
