"""A bounded memory of RunStates, for guards. Only a cache: the entries are the truth."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from runtime.errors import IllegalEvent
from runtime.facts import Entry
from runtime.folds.fold import apply
from runtime.folds.state import RunState
from runtime.ids import SessionId

_KEPT = 256  # sessions; a forgotten one costs its next guard a read of its entries


class States:
    """The committed state of the sessions whose guards ran last, each at some head."""

    def __init__(self) -> None:
        self._states: OrderedDict[SessionId, RunState] = OrderedDict()

    def get(self, session: SessionId) -> RunState:
        """What is known of the session: entries after its `head` are missing, all if it is 0."""
        return self._states.get(session) or RunState(session)

    def keep(self, state: RunState) -> None:
        """Remember a state that is a fold of committed entries, without holes; not if a newer one
        is known."""
        if self.get(state.session_id).head > state.head:
            return
        self._states[state.session_id] = state
        self._states.move_to_end(state.session_id)
        if len(self._states) > _KEPT:
            self._states.popitem(last=False)

    def committed(self, session: SessionId, entries: Sequence[Entry]) -> None:
        """Keep up with what was just written, so that the next guard needs no read."""
        state = self._states.get(session)
        if state is None:
            return
        if entries[0].seq > state.head + 1:
            del self._states[session]  # it was read while others wrote
            return
        try:
            self.keep(extended(state, entries))
        except IllegalEvent:
            del self._states[session]  # the next guard finds out, and says so


def extended(state: RunState, entries: Sequence[Entry]) -> RunState:
    """The state after those of `entries` that it does not know. Raises IllegalEvent."""
    for entry in entries:
        if entry.seq > state.head:
            state = apply(state, entry)
    return state
