"""Events: what happened, as it crosses the wire (WebSocket, embedding API, page).

Tags never change and fields are only added with defaults: an old journal must load for ever.
Classes marked *broadcast* are never stored; all others are facts of the journal (`runtime.facts`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from runtime.events.calls import (
    FailureKind,
    FileCreated,
    ToolCallChunk,
    ToolCallComplete,
    ToolCallFailed,
    ToolCallStart,
)
from runtime.events.gates import (
    ApprovalExpired,
    ApprovalReceived,
    ApprovalRequired,
    GrantGiven,
    GrantRevoked,
    QuestionAnswered,
    QuestionAsked,
)
from runtime.events.messages import Earlier, FileRef, MessageEdited, MessageReceived, Part, Unread
from runtime.events.runs import (
    Limits,
    Notice,
    Outcome,
    Phase,
    PlanCreated,
    PlanUpdated,
    RunAdmitted,
    RunFinished,
    RunQueued,
    RunStarted,
    StateChange,
    StepCompleted,
    StepFailed,
    StepStarted,
    SubagentCompleted,
    SubagentStarted,
    WaitsFor,
)
from runtime.events.turns import (
    ResponseChunk,
    ResponseComplete,
    ResponseStart,
    ThinkingChunk,
    ThinkingComplete,
    ThinkingStart,
    Usage,
)
from runtime.ids import RunId, Seq, SessionId, Value

__all__ = [
    "ApprovalExpired",
    "ApprovalReceived",
    "ApprovalRequired",
    "Broadcast",
    "Earlier",
    "Envelope",
    "Event",
    "FailureKind",
    "FileCreated",
    "FileRef",
    "GrantGiven",
    "GrantRevoked",
    "Limits",
    "MessageEdited",
    "MessageReceived",
    "Notice",
    "Outcome",
    "Part",
    "Phase",
    "PlanCreated",
    "PlanUpdated",
    "QuestionAnswered",
    "QuestionAsked",
    "Recorded",
    "ResponseChunk",
    "ResponseComplete",
    "ResponseStart",
    "RunAdmitted",
    "RunFinished",
    "RunQueued",
    "RunStarted",
    "StateChange",
    "StepCompleted",
    "StepFailed",
    "StepStarted",
    "SubagentCompleted",
    "SubagentStarted",
    "ThinkingChunk",
    "ThinkingComplete",
    "ThinkingStart",
    "ToolCallChunk",
    "ToolCallComplete",
    "ToolCallFailed",
    "ToolCallStart",
    "Unread",
    "Usage",
    "WaitsFor",
]

Recorded = (
    MessageReceived
    | MessageEdited
    | RunStarted
    | RunQueued
    | RunAdmitted
    | PlanCreated
    | PlanUpdated
    | StepStarted
    | StepCompleted
    | StepFailed
    | ThinkingStart
    | ThinkingComplete
    | ToolCallStart
    | ToolCallComplete
    | ToolCallFailed
    | ApprovalRequired
    | ApprovalReceived
    | ApprovalExpired
    | QuestionAsked
    | QuestionAnswered
    | GrantGiven
    | GrantRevoked
    | FileCreated
    | SubagentStarted
    | SubagentCompleted
    | Usage
    | Notice
    | ResponseStart
    | ResponseComplete
    | RunFinished
)
Broadcast = StateChange | ThinkingChunk | ToolCallChunk | ResponseChunk
Event = Recorded | Broadcast


class Envelope(Value):
    """An event on the wire. Chunks carry the last stored `seq` and a `delta` number that counts
    from 1."""

    session_id: SessionId
    run_id: RunId | None = None
    seq: Seq
    at: datetime
    delta: int | None = None
    event: Annotated[Event, Field(discriminator="type")]
