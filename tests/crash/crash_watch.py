"""What the live process believes after each fact: its segment's state and context, its feed's view.

Values are compared as their `repr`: it names every type and loses no digit.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from crash_spec import Spec
from crash_stage import SESSION

import runtime.driver
from runtime.events import Envelope
from runtime.facts import Entry
from runtime.folds.context import context
from runtime.folds.fold import fold
from runtime.folds.state import RunState
from runtime.ids import NO_SEQ, Seq, WorkerId
from runtime.live.sessions import JournalSessions
from runtime.live.shared_view import SharedView
from runtime.perform.segment import Segment
from runtime.ports import Message
from runtime.testing.settler import seen
from runtime.view import RunView, ThreadView


@dataclass(slots=True)
class Beliefs:
    """By seq: RunState and context as one text each, and the view."""

    states: dict[int, str] = field(default_factory=dict[int, str])
    contexts: dict[int, str] = field(default_factory=dict[int, str])
    views: dict[int, str] = field(default_factory=dict[int, str])

    def state(self, state: RunState, messages: Sequence[Message]) -> None:
        self.states[state.head] = _text(state)
        self.contexts[state.head] = _text(messages)

    def view(self, view: ThreadView) -> None:
        self.views[view.seq] = _text(without_chunks(view))

    def write(self, file: Path) -> None:
        file.write_text(json.dumps([self.states, self.contexts, self.views]))

    @classmethod
    def read(cls, file: Path) -> Beliefs:
        return cls(*({int(seq): text for seq, text in part.items()} for part in _json(file)))


def _text(value: object) -> str:
    # What was read has pydantic's UTC, which equals the standard one and is written otherwise.
    return repr(value).replace("TzInfo(0)", "datetime.timezone.utc")


def _json(file: Path) -> list[dict[str, str]]:
    return json.loads(file.read_text())


def without_chunks(view: ThreadView) -> ThreadView:
    """What is still being said goes to the screen only: no journal has it before it is complete."""
    return replace(view, runs=tuple(_without_chunks(run) for run in view.runs))


def _without_chunks(run: RunView) -> RunView:
    return replace(
        run,
        draft=None,
        thoughts=tuple(t if t.seconds is not None else replace(t, text="") for t in run.thoughts),
        answers=tuple(a if a.state != "open" else replace(a, text="") for a in run.answers),
        calls=tuple(c if c.status != "running" else replace(c, tail="") for c in run.calls),
        seen_at=None,
    )


@asynccontextmanager
async def watching(spec: Spec, sessions: JournalSessions) -> AsyncGenerator[None]:
    """If the spec says so, write what the block believed beside its database when it ends."""
    if not spec.watch:
        yield
        return
    beliefs = Beliefs()

    class Watched(Segment):
        """A segment whose every step is written down."""

        async def claim(self, worker: WorkerId, head: Seq) -> bool:
            beliefs.state(self.state, self.conversation.messages)  # what it folded when it was made
            return await super().claim(worker, head)

        def _fold(self, entries: Iterable[Entry]) -> None:
            for entry in entries:
                super()._fold((entry,))
                beliefs.state(self.state, self.conversation.messages)

    async def watched() -> AsyncGenerator[Envelope]:
        async for envelope in sessions.events(SESSION):
            yield envelope
            if envelope.delta is None:  # whoever asks for the next has folded this one
                beliefs.view(feed.view)

    # The driver looks the name up when a segment begins; nothing in production replaces it.
    runtime.driver.Segment = Watched
    feed = SharedView(ThreadView(SESSION), watched())
    await feed.open(NO_SEQ)
    try:
        yield
    finally:
        await feed.close()
        beliefs.write(spec.data_dir / "live.json")


def rebuilt(entries: list[Entry]) -> Beliefs:
    """What a process believes that has nothing but the journal, at each of its entries."""
    beliefs = Beliefs()
    for seq in range(1, len(entries) + 1):
        past = entries[:seq]
        beliefs.state(fold(SESSION, past), context(past))
        beliefs.view(seen(SESSION, past))
    return beliefs
