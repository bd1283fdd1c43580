"""RunState: what may happen next in a session. A value; `runtime.folds.fold` derives it from the
journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Literal

from runtime.approvals import FileSeen, Gate, Grant, Mode, Rule
from runtime.decide.phases import PhaseState
from runtime.events import Limits, MessageReceived, RunQueued
from runtime.facts import PartialText, PlannedCall
from runtime.ids import (
    NO_SEQ,
    Actor,
    ApprovalId,
    CallId,
    GrantId,
    QuestionId,
    RunId,
    Seq,
    SessionId,
    WorkerId,
)
from runtime.plan import Plan


@dataclass(frozen=True, slots=True)
class CallState:
    """One call of the newest turn and how far it came."""

    call: PlannedCall
    started: bool = False
    attempt: int = 0
    done: bool = False
    unknown: bool = False
    asked: int = 0
    verdict: Literal["approved", "denied", "expired"] | None = None
    question: QuestionId | None = None
    answer: str | None = None
    decided_by: str = ""
    seen: tuple[FileSeen, ...] | None = None
    """What it would send, once that was looked at."""
    changes: int = 0
    """How often that had changed since."""


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    question_id: QuestionId
    kind: Literal["ask", "budget", "outcome"]
    question: str
    options: tuple[str, ...]
    rule: Rule
    call_id: CallId | None


@dataclass(frozen=True, slots=True)
class Spent:
    """What the run used: turns, tokens, US dollars, and seconds in which it was driven."""

    turns: int = 0
    tokens: int = 0
    cost: float = 0.0
    active: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Made:
    """The calls of one turn: what they are, exactly, and in words."""

    digest: str
    summary: str


@dataclass(frozen=True, slots=True)
class Run:
    """The live task of a session. `request` names the message that asked for it: channel, id."""

    run_id: RunId
    title: str
    requester: Actor
    request: tuple[str, str]
    others: tuple[Actor, ...]
    """Who had a say in it beside the requester."""
    limits: Limits
    mode: Mode
    started_at: datetime
    standing: PhaseState
    profile: str = ""
    """The digest of its profile, as it was recorded."""
    plan: Plan = ()
    turn: int = 0
    attempt: int = 0
    text: str = ""
    answered: bool = False
    cut: bool = False
    opened: bool = False
    calls: tuple[CallState, ...] = ()
    gates: tuple[Gate, ...] = ()
    reminded: frozenset[ApprovalId] = frozenset()
    questions: tuple[OpenQuestion, ...] = ()
    asked: int = 0
    paused: bool = False
    spent: Spent = Spent()
    allotments: int = 1
    closing: bool = False
    stop: Actor | None = None
    read: tuple[PartialText, ...] = ()
    """What people had read of the open turn when somebody stopped it."""
    queued: RunQueued | None = None
    """What was last told of its place, while it waits for one."""
    recent: tuple[Made, ...] = ()
    """The calls of its turns, the newest last."""
    nudged: frozenset[str] = frozenset()
    """Why its turns were not the answer, since a call was last made that is new."""
    said: str = ""
    """Its last words."""

    @property
    def cycle(self) -> tuple[int, tuple[Made, ...]]:
        """How often it has gone around the same calls by now, and one time around."""
        return cycle(self.recent)

    @property
    def holding(self) -> bool:
        """Whether something keeps the run paused: gates, questions, a pause."""
        return bool(self.gates or self.questions or self.paused)

    def call(self, call_id: CallId) -> CallState | None:
        return next((state for state in self.calls if state.call.call_id == call_id), None)


def cycle(recent: Sequence[Made]) -> tuple[int, tuple[Made, ...]]:
    """The most whole rounds that the newest turns go back to, and one round."""
    best = 1 if recent else 0, tuple(recent[-1:])
    for period in range(1, len(recent) // 2 + 1):
        same = takewhile(
            lambda n, p=period: recent[-n].digest == recent[-n - p].digest,
            range(1, len(recent) - period + 1),
        )
        if (rounds := (sum(1 for _ in same) + period) // period) > best[0]:
            best = rounds, tuple(recent[-period:])
    return best


@dataclass(frozen=True, slots=True)
class Unread:
    """A message that no turn of the model has seen yet, in its newest words."""

    seq: Seq
    message: MessageReceived


@dataclass(frozen=True, slots=True)
class RunState:
    """Everything that decides what may happen next in one session."""

    session_id: SessionId
    head: Seq = NO_SEQ
    at: datetime | None = None
    """When a driver last wrote."""
    runs: int = 0
    run: Run | None = None
    requester: Actor | None = None
    inbox: tuple[Unread, ...] = ()
    grants: tuple[Grant, ...] = ()
    expired: tuple[Gate, ...] = ()
    tainted: bool = False
    worker: WorkerId | None = None
    driven: bool = False
    barren_claims: int = 0
    """Claims in a row without any progress between them: a segment that keeps dying."""

    def gate(self, approval: ApprovalId) -> Gate | None:
        """The open gate of this name."""
        gates = self.run.gates if self.run else ()
        return next((gate for gate in gates if gate.approval_id == approval), None)

    def expired_gate(self, approval: ApprovalId) -> Gate | None:
        return next((gate for gate in self.expired if gate.approval_id == approval), None)

    def question(self, question: QuestionId) -> OpenQuestion | None:
        questions = self.run.questions if self.run else ()
        return next((q for q in questions if q.question_id == question), None)

    def grant(self, grant: GrantId) -> Grant | None:
        return next((g for g in self.grants if g.grant_id == grant), None)
