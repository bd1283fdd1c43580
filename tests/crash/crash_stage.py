"""What the actors of a child know of its session, and the person who acts in it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from runtime.events import (
    MessageReceived,
    RunFinished,
    ToolCallStart,
)
from runtime.facts import Entry, Fact, Parked, is_shown
from runtime.folds.fold import apply
from runtime.folds.state import RunState
from runtime.ids import NO_SEQ, Actor, Address, Seq, SessionId, session_id
from runtime.ports import Appended, Guard, Journal, Known, Refused
from runtime.testing.model import Line, Reply
from runtime.testing.sandbox import FakeSandbox
from runtime.tools.policy import Policy

ADDRESS = Address(platform="chat", team="t", channel="c", thread="1")
SESSION = session_id(ADDRESS)
ANN = Actor(id="ann", name="Ann")

Deed = Sequence[Fact] | Guard


class Stage:
    """The session as this process has seen it: read at its start, then what it wrote itself."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.state = RunState(SESSION)
        self.settled = NO_SEQ
        self.heard: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self.attached = asyncio.Event()
        self._effects: set[str] = set()
        self._found = 0
        self._news = asyncio.Event()

    async def read(self, journal: Journal) -> None:
        """Learn what earlier processes left."""
        row = await journal.session(SESSION)
        if row is not None:
            self.settled_told(row.settled_seq)
            self.published(SESSION, await journal.read(SESSION))
            self._found = len(self.entries)

    def published(self, session: SessionId, entries: Sequence[Entry]) -> None:
        """Told by the journal after every commit. What follows a hole is another process's time:
        a process that was stopped knows no more than it did."""
        for entry in entries:
            if session == SESSION and entry.seq == len(self.entries) + 1:
                self.entries.append(entry)
                self.state = apply(self.state, entry)
                if isinstance(entry.fact, MessageReceived):
                    self.heard[entry.fact.message_id].set()
        self._stir()

    def settled_told(self, seq: Seq) -> None:
        self.settled = max(self.settled, seq)
        self._stir()

    def _stir(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def changed(self) -> None:
        """Wait for what comes next."""
        await self._news.wait()

    @property
    def facts(self) -> list[Fact]:
        return [entry.fact for entry in self.entries]

    @property
    def ended(self) -> bool:
        """Whether the last segment ended, and people see all of it."""
        shown = max((e.seq for e in self.entries if is_shown(e.fact)), default=NO_SEQ)
        last = self.entries[-1].fact if self.entries else None
        return isinstance(last, Parked | RunFinished) and self.settled >= shown

    def finished(self) -> int:
        """How many runs have ended."""
        return sum(isinstance(fact, RunFinished) for fact in self.facts)

    def begin(self, effect: str) -> None:
        """Told by the sandbox when an effect has happened, or is found again."""
        self._effects.add(effect)
        self._stir()

    def at_work(self, summary: str) -> bool:
        """Whether the effect of the call with this summary is under way. Where an earlier process
        began the call, nobody need wait and see."""
        found = (entry.fact for entry in self.entries[: self._found])
        begun = any(isinstance(fact, ToolCallStart) and fact.summary == summary for fact in found)
        return begun or summary in self._effects

    def said(self, message: str) -> bool:
        return self.heard[message].is_set()


def said(message: str, text: str) -> Deed:
    """A message of Ann's."""
    return (MessageReceived(actor=ANN, text=text, message_id=message),)


class Scene(Protocol):
    """A run that is played: by the model, by the commands, and by a person."""

    @property
    def script(self) -> Sequence[Line | Reply]: ...

    @property
    def policy(self) -> Policy: ...

    @property
    def turn_waits(self) -> Mapping[int, str]:
        """Turns of the model (from 0) that end only when this message was heard."""
        ...

    @property
    def write_waits(self) -> Mapping[str, str]:
        """Files whose writing ends only when this message was heard."""
        ...

    def furnish(self, sandbox: FakeSandbox, stage: Stage) -> None:
        """Say what commands do."""
        ...

    def react(self, stage: Stage, now: datetime) -> Deed | None:
        """What the person does now, if anything; done already is not done again."""
        ...

    def over(self, stage: Stage) -> bool: ...


Tell = Callable[[Deed], Awaitable[Appended | Known | Refused]]


async def act_at_once(scene: Scene, stage: Stage, now: Callable[[], datetime], tell: Tell) -> bool:
    """Do what the person does now. Whether something came of it."""
    verb = scene.react(stage, now())
    return verb is not None and isinstance(await tell(verb), Appended)


async def attend(scene: Scene, stage: Stage, now: Callable[[], datetime], tell: Tell) -> None:
    """Act until cancelled. A click that is refused is not repeated before something changes."""
    while True:
        if not await act_at_once(scene, stage, now, tell):
            await stage.changed()
