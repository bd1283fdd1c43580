"""ThreadView: what people should see of a session. Values; `runtime.folds.view` derives them from
events."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from pydantic import JsonValue

from runtime.approvals import NOTHING, Duration, Grant, Risk, Rule, Subject, awaited
from runtime.events import FileRef, Outcome, Phase, Unread, WaitsFor
from runtime.ids import (
    NO_SEQ,
    Actor,
    ApprovalId,
    CallId,
    QuestionId,
    RunId,
    Seq,
    SessionId,
    StepId,
)
from runtime.plan import Plan
from runtime.tools.diff import of_edit


@dataclass(frozen=True, slots=True)
class Line:
    """A message of a person. `channel` and `message_id` name it; what is `deleted` has no words.
    `before` are the people who had spoken in the thread before the agent was called by it."""

    seq: Seq
    at: datetime
    actor: Actor
    text: str
    aside: bool
    files: tuple[FileRef, ...]
    unread: tuple[Unread, ...] = ()
    overheard: bool = False
    channel: str = ""
    message_id: str = ""
    edited: bool = False
    deleted: bool = False
    before: tuple[Actor, ...] = ()


@dataclass(frozen=True, slots=True)
class Thought:
    """One block of thinking; live while `seconds` is None. `partial`: the run ended before it."""

    turn: int
    attempt: int
    text: str = ""
    step_id: StepId | None = None
    seconds: float | None = None
    partial: bool = False


@dataclass(frozen=True, slots=True)
class CallView:
    """A tool call whose effect has begun, or that was turned down before."""

    call_id: CallId
    tool: str
    summary: str
    arguments: dict[str, JsonValue]
    risk: Risk
    status: Literal["running", "done", "failed"]
    tail: str = ""
    output: str = ""
    exit_code: int | None = None
    seconds: float = 0.0
    changed: tuple[str, ...] = ()
    failure: str = ""
    message: str = ""
    notes: tuple[str, ...] = ()
    reported: bool = False

    @property
    def difference(self) -> str:
        """What an edit changes, as a unified diff; empty for other calls."""
        return of_edit(self.arguments)

    @property
    def report(self) -> str:
        """Where nobody saw it end: what its container says of that, worded so; else empty."""
        if not self.reported:
            return ""
        code = "" if self.exit_code is None else f"exit {self.exit_code}"
        ended = self.failure.replace("_", " ") or code or "it has ended"
        return f"the container reports: {ended}"


@dataclass(frozen=True, slots=True)
class GateView:
    """An approval, open until `decided` is set. `subject` is what a longer yes covers
    (`approvals.coverage` says it in words). `others` had a say in the task beside its requester.
    `notify`: its message calls people. `runs`: the files that it runs, in words."""

    approval_id: ApprovalId
    call_id: CallId
    tool: str
    operation: str
    risk: Risk
    why: str
    rule: Rule
    asked_at: datetime
    expires_at: datetime
    fingerprint: str = ""
    decided: Literal["approved", "denied", "expired", "closed"] | None = None
    decided_at: datetime | None = None
    actors: tuple[Actor, ...] = ()
    duration: Duration = Duration.ONCE
    subject: Subject = NOTHING
    others: tuple[Actor, ...] = ()
    notify: bool = True
    runs: str = ""


@dataclass(frozen=True, slots=True)
class QuestionView:
    question_id: QuestionId
    kind: Literal["ask", "budget", "outcome"]
    question: str
    options: tuple[str, ...]
    answer: str | None = None
    actor: Actor | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A message of the agent: growing, a finished note before a call, the final text, or as much of
    it as there was when the run ended before its time."""

    turn: int
    attempt: int
    text: str = ""
    state: Literal["open", "note", "final", "partial"] = "open"


@dataclass(frozen=True, slots=True)
class Remark:
    at: datetime
    level: Literal["info", "warning", "error"]
    text: str


@dataclass(frozen=True, slots=True)
class SubagentView:
    subagent_id: str
    title: str
    outcome: Outcome | None = None
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Spend:
    """Tokens and US dollars so far; cost is None while no price is known."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = None
    turns: int = 0


AWAITED: dict[WaitsFor, str] = {
    "place": "",
    "model": " for the model",
    "container": " for a container",
}
"""For what a task waits, behind the word "waits"."""


@dataclass(frozen=True, slots=True)
class RunView:
    """One task: its card, approvals, files and answers."""

    run_id: RunId
    title: str
    requester: Actor
    model: str
    started_at: datetime
    phase: Phase = Phase.PLANNING
    plan: Plan = ()
    thoughts: tuple[Thought, ...] = ()
    calls: tuple[CallView, ...] = ()
    gates: tuple[GateView, ...] = ()
    questions: tuple[QuestionView, ...] = ()
    draft: Answer | None = None
    answers: tuple[Answer, ...] = ()
    note: str = ""
    files: tuple[FileRef, ...] = ()
    remarks: tuple[Remark, ...] = ()
    subagents: tuple[SubagentView, ...] = ()
    spend: Spend = Spend()
    isolation: str = ""
    finished_at: datetime | None = None
    outcome: Outcome | None = None
    reason: str = ""
    spoke: tuple[Actor, ...] = ()
    """Whose words reached it while it ran."""
    paused: bool = False
    waited: timedelta = timedelta()
    """Of waits that are over: for people, for a place, and pauses. They are no work."""
    waits_since: datetime | None = None
    seen_at: datetime | None = field(default=None, compare=False)
    """When the newest event that changed it happened, a chunk or one on the record."""
    ahead: int | None = None
    """While it waits for a place: how many go before it."""
    queue: WaitsFor = "place"
    """For which one."""
    queued: bool = False
    """Whether it ever waited for one, so that what was shown of it stays."""

    def had_a_say(self, gate: GateView) -> tuple[Actor, ...]:
        """Who is a requester of what the gate asks for, beside the one who began the task."""
        known = {actor.id: actor for actor in (*gate.others, *self.spoke)}
        return tuple(actor for actor in known.values() if actor.id != self.requester.id)

    @property
    def place(self) -> str:
        """Its place in the queue, in a sentence; empty where it does not wait for one."""
        what = AWAITED[self.queue]
        match self.ahead:
            case None:
                return ""
            case 0:
                return f"Waiting{what}: this task is next."
            case 1:
                return f"Waiting{what}: 1 task is ahead."
            case ahead:
                return f"Waiting{what}: {ahead} tasks are ahead."

    @property
    def waiting(self) -> bool:
        """Whether people must act before it can go on."""
        gate = any(gate.decided is None for gate in self.gates)
        return gate or any(not question.closed for question in self.questions)

    @property
    def waits_for(self) -> str:
        """Who must act, in words; empty where nobody must."""
        gates = (gate for gate in self.gates if gate.decided is None)
        known = (self.requester, *self.spoke)
        names = [awaited(g.rule, self.requester, known, self.had_a_say(g)) for g in gates]
        if any(not question.closed for question in self.questions):
            names.append(self.requester.name or self.requester.id)
        return " and ".join(dict.fromkeys(names))

    def work(self, now: datetime) -> float:
        """Seconds of work until `now`, never below 0."""
        end = self.finished_at or self.waits_since or now
        return max(0.0, (end - self.started_at - self.waited).total_seconds())

    @property
    def worked(self) -> float:
        """Seconds of work until the newest event: no clock is asked."""
        return self.work(self.seen_at or self.started_at)

    @property
    def counted_from(self) -> datetime | None:
        """From where a clock counts its work on; None while nobody works."""
        works = self.finished_at is None and self.waits_since is None
        return self.started_at + self.waited if works else None


@dataclass(frozen=True, slots=True)
class ThreadView:
    """What people see of a session: what they said, the tasks, and the permissions in force.

    `lines` and `runs` are those after the entry `since`, and the newest run before it if that
    changed later; `earlier` runs are not in it. `title` is the first task's."""

    session_id: SessionId
    seq: Seq = NO_SEQ
    lines: tuple[Line, ...] = ()
    runs: tuple[RunView, ...] = ()
    grants: tuple[Grant, ...] = ()
    since: Seq = NO_SEQ
    earlier: int = 0
    title: str = ""

    @property
    def run(self) -> RunView | None:
        """The newest task."""
        return self.runs[-1] if self.runs else None
