"""Facts: what the journal stores. The recorded events plus what only the runtime itself needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, get_args

from pydantic import Field, JsonValue, TypeAdapter

from runtime.approvals import Duration, FileSeen, Risk, Rule, Subject
from runtime.events import (
    ApprovalExpired,
    ApprovalReceived,
    Envelope,
    FailureKind,
    MessageEdited,
    MessageReceived,
    QuestionAnswered,
    Recorded,
    ResponseComplete,
    ThinkingComplete,
    ToolCallComplete,
    ToolCallFailed,
    ToolCallStart,
)
from runtime.ids import Actor, ApprovalId, CallId, RunId, Seq, SessionId, Value, WorkerId

Opens = Literal["", "read", "write", "list"]


class PlannedCall(Value):
    """A tool call of a model turn after validation and judgement. `error` is set when it cannot
    run. `answer_within` is how long its gate stays open, in seconds. `sends` are files that leave
    the workspace, each of at most `largest` bytes; `runs` are those that it runs; `opens` is what
    it does with the path that is its subject; `note` is for the model beside the result."""

    call_id: CallId
    provider_call_id: str
    tool: str
    arguments: dict[str, JsonValue] = Field(default_factory=dict[str, JsonValue])
    digest: str = ""
    summary: str = ""
    operation: str = ""
    risk: Risk = Risk.LOW
    why: str = ""
    effects: bool = False
    subject: Subject = Subject()
    rule: Rule = Rule()
    answer_within: float = 86_400.0
    repeatable: bool = False
    sends: tuple[str, ...] = ()
    largest: int = 0
    runs: tuple[str, ...] = ()
    opens: Opens = ""
    note: str = ""
    error: str = ""
    error_kind: FailureKind | None = None


class UnmadeCall(Value):
    """A tool call of a model turn beyond the limit: nothing of it is looked at."""

    provider_call_id: str
    tool: str


class Claimed(Value):
    """A segment begins: fences every earlier driver of the session."""

    type: Literal["claimed"] = "claimed"
    worker: WorkerId


class Parked(Value):
    """A segment ends and waits for people or for `until`. `queued`: it waits for a place, and its
    session stays awake, so that the next process finds it."""

    type: Literal["parked"] = "parked"
    until: datetime | None = None
    queued: bool = False


class Nudge(Value):
    """Why a turn without calls is not the answer yet, and what the model is told."""

    kind: Literal["call", "plan", "announcement", "empty"]
    text: str


class ModelTurn(Value):
    """A complete answer of the model. `seen` is the seq up to which it had read the journal.
    `unmade` are the calls beyond the limit of a turn; `blob` is empty where it said nothing."""

    type: Literal["model_turn"] = "model_turn"
    turn: int
    attempt: int = 1
    seen: Seq
    blob: str
    library: str
    text: str = ""
    calls: tuple[PlannedCall, ...] = ()
    cut: bool = False
    unmade: tuple[UnmadeCall, ...] = ()
    nudge: Nudge | None = None


PartialText = ThinkingComplete | ResponseComplete


class StopRequested(Value):
    """`read` is what people had read of the open turn, for whoever ends the run if this process
    does not live to do it: chunks stand on no record."""

    type: Literal["stop_requested"] = "stop_requested"
    actor: Actor
    message_id: str
    read: tuple[PartialText, ...] = ()


class Paused(Value):
    type: Literal["paused"] = "paused"
    actor: Actor


class Resumed(Value):
    type: Literal["resumed"] = "resumed"
    actor: Actor


class VoteCast(Value):
    type: Literal["vote_cast"] = "vote_cast"
    approval_id: ApprovalId
    actor: Actor
    approve: bool
    duration: Duration = Duration.ONCE


class OutcomeUnknown(Value):
    type: Literal["outcome_unknown"] = "outcome_unknown"
    call_id: CallId


class CallInspected(Value):
    """What a call would send or run, as it stands now. After a yes: this has changed."""

    type: Literal["call_inspected"] = "call_inspected"
    call_id: CallId
    files: tuple[FileSeen, ...]


class FeedbackGiven(Value):
    type: Literal["feedback_given"] = "feedback_given"
    run_id: RunId
    actor: Actor
    good: bool


Internal = (
    Claimed
    | Parked
    | ModelTurn
    | StopRequested
    | Paused
    | Resumed
    | VoteCast
    | OutcomeUnknown
    | CallInspected
    | FeedbackGiven
)
Fact = Recorded | Internal

FACT: TypeAdapter[Fact] = TypeAdapter(Annotated[Fact, Field(discriminator="type")])
_INTERNAL = frozenset(get_args(Internal))


def is_shown(fact: Fact) -> bool:
    """Whether people can see it: internal facts never change a ThreadView."""
    return type(fact) not in _INTERNAL


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact at its place in a session's journal."""

    session_id: SessionId
    seq: Seq
    at: datetime
    run_id: RunId | None
    fact: Fact


def envelope_of(entry: Entry) -> Envelope | None:
    """The entry as it crosses the wire; None for internal facts."""
    if not is_shown(entry.fact):
        return None
    return Envelope.model_construct(
        session_id=entry.session_id,
        run_id=entry.run_id,
        seq=entry.seq,
        at=entry.at,
        event=entry.fact,
    )


def key_of(fact: Fact, run: RunId | None) -> str | None:
    """The name under which this fact can happen only once in its session (design: "Keys")."""
    match fact:
        case MessageReceived() | MessageEdited():
            return _name_of(fact)
        case VoteCast(approval_id=approval, actor=actor, approve=approve):
            # A yes may be taken back by a no, but not the other way round.
            return f"vote:{approval}:{actor.id}" + ("" if approve else ":no")
        case ApprovalReceived(approval_id=approval) | ApprovalExpired(approval_id=approval):
            return f"decided:{approval}"
        case QuestionAnswered(question_id=question):
            return f"answered:{question}"
        case StopRequested(message_id=message_id):
            return f"stop:{run}:{message_id}"
        case FeedbackGiven(run_id=rated, actor=actor):
            return f"feedback:{rated}:{actor.id}"
        case ToolCallStart(call_id=call, attempt=attempt):
            return f"tool_start:{call}" if attempt == 1 else f"tool_start:{call}:{attempt}"
        case ToolCallComplete(call_id=call) | ToolCallFailed(call_id=call):
            return f"tool_done:{call}"
        case ModelTurn(turn=turn):
            return f"turn:{run}:{turn}"
        case _:
            return None


def _name_of(said: MessageReceived | MessageEdited) -> str:
    name = f"{said.channel}:{said.message_id}"
    if isinstance(said, MessageEdited):
        return f"edited:{name}:{said.revision}"
    return f"said:{name}:edited" if said.edited else f"said:{name}"
