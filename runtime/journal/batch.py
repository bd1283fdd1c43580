"""What a group writes. Pure: decides every operation at the head it will be written at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from runtime.facts import Entry
from runtime.folds.state import RunState
from runtime.ids import NO_SEQ, Seq, SessionId
from runtime.journal.codec import Draft, drafts
from runtime.journal.operations import (
    Intend,
    KeepSnapshot,
    Operation,
    Outcome,
    Record,
    Refer,
    Seal,
    Settle,
    Tell,
)
from runtime.journal.reads import JournalReader, Keys
from runtime.journal.rows import project
from runtime.journal.states import States, extended
from runtime.ports import Appended, Behind, Known, Refused, SessionRow


@dataclass(slots=True)
class Batch:
    """Built operation by operation; one that raises has changed nothing."""

    sight: JournalReader
    states: States
    now: datetime
    settled_in_append: frozenset[str]
    changed: dict[SessionId, SessionRow] = field(default_factory=dict[SessionId, SessionRow])
    written: list[tuple[Entry, Draft]] = field(default_factory=list[tuple[Entry, Draft]])
    new: dict[SessionId, list[Entry]] = field(default_factory=dict[SessionId, list[Entry]])
    woken: set[SessionId] = field(default_factory=set[SessionId])
    intents: list[Intend] = field(default_factory=list[Intend])
    refs: list[Refer] = field(default_factory=list[Refer])
    snapshots: list[KeepSnapshot] = field(default_factory=list[KeepSnapshot])
    sealed: dict[str, Seal] = field(default_factory=dict[str, Seal])
    said: dict[SessionId, list[str]] = field(default_factory=dict[SessionId, list[str]])
    """Keys that guards came up with: nobody has looked yet whether they exist."""
    _keys: Keys = field(default_factory=Keys)
    _folded: dict[SessionId, RunState] = field(default_factory=dict[SessionId, RunState])

    def decide(self, operation: Operation) -> Outcome:
        """The outcome if the group commits. Raises what is wrong with this operation alone."""
        if isinstance(operation, Seal):
            self.sealed[operation.key] = operation
            return None
        row = self._row(operation.session)
        match operation:
            case Record(drafts=items, expect=expect):
                return self._record(row, items, expect)
            case Tell():
                return self._tell(row, operation)
            case Settle(seq=seq):
                seq = min(seq, row.head)
                if seq > row.settled_seq:
                    self.changed[row.session_id] = replace(row, settled_seq=seq)
            case Intend():
                self.intents.append(operation)
            case Refer():
                self.refs.append(operation)
            case KeepSnapshot():
                self.snapshots.append(operation)
        return None

    @property
    def empty(self) -> bool:
        """Nothing to write: every outcome was a no, or already known."""
        return not (self.changed or self.intents or self.refs or self.snapshots or self.sealed)

    @property
    def unborn(self) -> list[SessionId]:
        """Sessions whose rows were created for operations that then wrote nothing."""
        return [
            session
            for session, row in self.sight.rows.items()
            if row.head == NO_SEQ and session not in self.new
        ]

    def _row(self, session: SessionId) -> SessionRow:
        row = self.changed.get(session) or self.sight.rows.get(session)
        if row is None:
            raise LookupError(f"session {session} has no journal: its first entry must be told")
        return row

    def _record(self, row: SessionRow, items: tuple[Draft, ...], expect: Seq) -> Outcome:
        if (known := self._known(row, items)) is not None:
            return known
        if expect < row.head:
            return Behind(tuple(e for e in self._entries(row.session_id) if e.seq > expect))
        if expect > row.head:
            raise ValueError(
                f"session {row.session_id} ends at {row.head}, so {expect} cannot be expected"
            )
        return self._write(row, items, inbox=False)

    def _tell(self, row: SessionRow, tell: Tell) -> Outcome:
        if not callable(tell.says):
            return self._known(row, tell.says) or self._write(row, tell.says, inbox=True)
        state = self._state(row.session_id)
        verdict = tell.says(state)
        if isinstance(verdict, Refused):
            return verdict
        items = drafts(verdict, tell.run_id or (state.run.run_id if state.run else None))
        keys = [k for i in items if (k := i.key) and (row.session_id, k) not in self.sight.keys]
        if keys:
            self.said.setdefault(row.session_id, []).extend(keys)
        return self._known(row, items) or self._write(row, items, inbox=True)

    def _known(self, row: SessionRow, items: Sequence[Draft]) -> Known | None:
        for item in items:
            key = (row.session_id, item.key or "")
            seq = self._keys.get(key) or self.sight.keys.get(key)
            if seq is not None:
                return Known(seq)
        return None

    def _write(self, row: SessionRow, items: Sequence[Draft], *, inbox: bool) -> Appended:
        made = tuple(
            Entry(row.session_id, Seq(row.head + place), self.now, item.run_id, item.fact)
            for place, item in enumerate(items, 1)
        )
        if not made:
            return Appended(())
        self._fold(row.session_id, made)
        self.new.setdefault(row.session_id, []).extend(made)
        for entry, item in zip(made, items, strict=True):
            self.written.append((entry, item))
            if item.key:
                self._keys[row.session_id, item.key] = entry.seq
        row = project(row, made, inbox=inbox)
        if row.address.platform in self.settled_in_append:
            row = replace(row, settled_seq=row.shown_seq)
        self.changed[row.session_id] = row
        if inbox:
            self.woken.add(row.session_id)
        return Appended(made)

    def _entries(self, session: SessionId) -> list[Entry]:
        """What was read of the session, then what this group adds."""
        return [*self.sight.entries.get(session, ()), *self.new.get(session, ())]

    def _state(self, session: SessionId) -> RunState:
        """The state at the head that the next append of this group is written at."""
        if session not in self._folded:
            known = self.sight.states[session]
            committed = extended(known, self.sight.entries.get(session, ()))
            self.states.keep(committed)
            self._folded[session] = extended(committed, self.new.get(session, ()))
        return self._folded[session]

    def _fold(self, session: SessionId, made: Sequence[Entry]) -> None:
        """Keep the state of a guarded session at the head. Raises IllegalEvent: what cannot be
        folded is not written where it can be seen."""
        if session in self._folded:
            self._folded[session] = extended(self._folded[session], made)
