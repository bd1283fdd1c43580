"""Snapshot: what the folds of one session had come to at some entry, as text. Pure.

A snapshot holds what grew since the one before it: whoever wants all of it joins them. It is never
the truth: the same folds over the entries give the same, and another version of their source makes
it worthless.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter

from runtime.facts import Entry, envelope_of
from runtime.folds.context import Conversation
from runtime.folds.fold import apply
from runtime.folds.replace import replace
from runtime.folds.state import RunState
from runtime.folds.view import project
from runtime.ids import SessionId
from runtime.ports import Snapshot
from runtime.view import ThreadView

S = TypeVar("S")
T = TypeVar("T")

_SOURCES = ("folds", "events", "approvals", "facts.py", "ids.py", "view.py", "plan.py",
            "decide/phases.py", "attachments.py", "ports/model.py", "tools/excerpt.py")  # fmt: skip
"""What decides how entries fold, and how the results look as text."""


@cache
def version() -> str:
    """Of the folds: a hash of their source."""
    root, hashed = Path(__file__).resolve().parents[1], hashlib.sha256()
    for source in _SOURCES:
        place = root / source
        for file in sorted(place.glob("*.py")) if place.is_dir() else [place]:
            hashed.update(file.read_bytes())
    return hashed.hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Folded:
    """All folds of one session after the same entry."""

    state: RunState
    conversation: Conversation
    view: ThreadView

    @classmethod
    def empty(cls, session: SessionId) -> Folded:
        return cls(RunState(session), Conversation(), ThreadView(session))

    def after(self, entry: Entry) -> Folded:
        """With one more entry. Raises IllegalEvent for what the phase table forbids."""
        envelope = envelope_of(entry)
        return Folded(
            apply(self.state, entry),
            self.conversation.after(entry),
            project(self.view, envelope) if envelope else self.view,
        )

    def further(self) -> Folded:
        """The same without what the snapshots up to here hold: the next one begins with it."""
        talk, view = self.conversation, self.view
        return Folded(
            self.state,
            replace(talk, closed=(), left_out=talk.left_out + len(talk.closed)),
            _further(view),
        )

    def snapshot(self) -> Snapshot:
        return Snapshot(
            self.state.session_id,
            self.state.head,
            _text(RunState, self.state),
            _text(Conversation, self.conversation),
            _text(ThreadView, self.view),
        )

    @classmethod
    def of(cls, snapshot: Snapshot) -> Folded:
        """Raises ValueError for what is no such snapshot."""
        return cls(
            state_of(snapshot.state), conversation_of(snapshot.conversation), view_of(snapshot.view)
        )


def _further(view: ThreadView) -> ThreadView:
    """The newest run stays, for it may still change."""
    left, kept = len(view.runs[:-1]), view.runs[-1:]
    return replace(view, lines=(), runs=kept, earlier=view.earlier + left, since=view.seq)


def joined_view(parts: Sequence[ThreadView]) -> ThreadView:
    """Neighbouring snapshots as one, the oldest first; at least one. A later one has the newer
    form of a run that both have."""
    first, last = parts[0], parts[-1]
    runs = list(first.runs)
    for part in parts[1:]:
        runs[part.earlier - first.earlier :] = part.runs
    return replace(
        last,
        lines=tuple(line for part in parts for line in part.lines),
        runs=tuple(runs),
        since=first.since,
        earlier=first.earlier,
    )


def joined_conversation(parts: Sequence[Conversation]) -> Conversation:
    """Neighbouring snapshots as one, the oldest first; at least one."""
    closed = tuple(message for part in parts for message in part.closed)
    return replace(parts[-1], closed=closed, left_out=parts[0].left_out)


def readable(text: S | None, read: Callable[[S], T]) -> T | None:
    """None for what cannot be read: the entries are there."""
    try:
        return None if text is None else read(text)
    except ValueError:
        return None


def state_of(text: str) -> RunState:
    """Raises ValueError."""
    return _adapter(RunState).validate_json(text)


def conversation_of(text: str) -> Conversation:
    """Raises ValueError."""
    return _adapter(Conversation).validate_json(text)


def view_of(text: str) -> ThreadView:
    """Raises ValueError."""
    return _adapter(ThreadView).validate_json(text)


def _text(kind: type[T], value: T) -> str:
    return _adapter(kind).dump_json(value, exclude_defaults=True).decode()


@cache
def _adapter(kind: type[T]) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
