"""A journal in memory for tests of the pure core: facts in, entries and state out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from runtime.approvals import Risk, Rule, Subject
from runtime.decide.next import Effect, decide
from runtime.events import MessageReceived, RunStarted
from runtime.facts import Claimed, Entry, Fact, ModelTurn, PlannedCall
from runtime.folds.fold import apply
from runtime.folds.state import Run, RunState
from runtime.ids import (
    Actor,
    RunId,
    Seq,
    SessionId,
    WorkerId,
    approval_id,
    call_id,
    question_id,
    run_id,
)
from runtime.profile import Profile
from runtime.testing.clock import START

SESSION = SessionId("5e55")
RUN = run_id(SESSION, 1)
ANN = Actor(id="ann", name="Ann")
BOB = Actor(id="bob", name="Bob", roles=("admin",))
EVE = Actor(id="eve", name="Eve")
PROFILE = Profile(model="scripted")
CALL = call_id(RUN, 1, 1)
GATE = approval_id(CALL, 1)
QUESTION = question_id(RUN, 1)


def said(text: str = "do it", actor: Actor = ANN, message_id: str = "1", **more: Any) -> Fact:
    return MessageReceived(actor=actor, text=text, message_id=message_id, **more)


def planned(index: int = 1, turn: int = 1, run: RunId = RUN, **more: Any) -> PlannedCall:
    """A valid call of the tool `shell`; low risk unless said otherwise."""
    given: dict[str, Any] = {
        "call_id": call_id(run, turn, index),
        "provider_call_id": f"p{turn}.{index}",
        "tool": "shell",
        "digest": f"digest {turn}.{index}",
        "summary": f"call {turn}.{index}",
        "operation": f"operation {turn}.{index}",
        "risk": Risk.LOW,
        "effects": True,
        "subject": Subject(value=f"operation {turn}.{index}"),
        "rule": Rule(),
        "answer_within": 100.0,
    }
    return PlannedCall(**{**given, **more})


def turned(*calls: PlannedCall, turn: int = 1, seen: int = 0, text: str = "", **more: Any) -> Fact:
    """A complete turn of the model."""
    return ModelTurn(
        turn=turn,
        seen=Seq(seen),
        blob=f"blob {turn} {text}",
        library="test",
        text=text,
        calls=calls,
        **more,
    )


@dataclass
class Log:
    """Appends at the head, one second apart unless told otherwise."""

    profile: Profile = PROFILE
    state: RunState = field(default_factory=lambda: RunState(SESSION))
    entries: list[Entry] = field(default_factory=list[Entry])
    now: datetime = START

    def add(self, *facts: Fact, wait: float = 1.0) -> RunState:
        """Append the facts at one time, `wait` seconds after the last."""
        self.now += timedelta(seconds=wait)
        for fact in facts:
            run = self.state.run.run_id if self.state.run else None
            entry = Entry(SESSION, Seq(self.state.head + 1), self.now, run, fact)
            self.state = apply(self.state, entry)
            self.entries.append(entry)
        return self.state

    def started(self, text: str = "do it") -> Log:
        """Ann asked, a driver claimed, the run is on."""
        start = RunStarted(
            run_id=RUN,
            title=text,
            requester=ANN,
            model=self.profile.model,
            mode=self.profile.policy.mode,
            limits=self.profile.limits,
        )
        self.add(said(text), Claimed(worker=WorkerId("w1")), start)
        return self

    def decide(self, wait: float = 0.0) -> Effect:
        return decide(self.state, self.now + timedelta(seconds=wait), self.profile)

    @property
    def run(self) -> Run:
        assert self.state.run is not None
        return self.state.run

    def has(self, kind: type[Fact]) -> bool:
        return any(isinstance(entry.fact, kind) for entry in self.entries)
