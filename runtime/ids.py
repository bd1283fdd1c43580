"""Names of things: who, where, which. Pure values; every derived name is a function of its
parts."""

from __future__ import annotations

import hashlib
import json
from typing import NewType

from pydantic import BaseModel, ConfigDict

SessionId = NewType("SessionId", str)
RunId = NewType("RunId", str)
CallId = NewType("CallId", str)
ApprovalId = NewType("ApprovalId", str)
QuestionId = NewType("QuestionId", str)
GrantId = NewType("GrantId", str)
StepId = NewType("StepId", str)
WorkerId = NewType("WorkerId", str)
ArtifactHash = NewType("ArtifactHash", str)
Seq = NewType("Seq", int)
"""Position in a session's journal: 1 for the first entry, without holes."""

NO_SEQ = Seq(0)


class Value(BaseModel):
    """A frozen value that crosses the disk or the wire. Unknown fields are ignored: old code reads
    new data."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Address(Value):
    """Where a thread lives. Never changes; `thread` is the platform's own root id."""

    platform: str
    team: str = ""
    channel: str = ""
    thread: str


class Actor(Value):
    """A person (or a program that speaks for one). `id` is the platform's; `name` is untrusted
    text. `local`: whoever sits at the workbench or the terminal of this machine, whom no platform
    knows; they may be the same as any person of a chat."""

    id: str
    name: str = ""
    roles: tuple[str, ...] = ()
    local: bool = False


def session_id(address: Address) -> SessionId:
    """The same thread always gets the same id: 24 hex digits of the address's hash."""
    parts = [address.platform, address.team, address.channel, address.thread]
    return SessionId(hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:24])


def run_id(session: SessionId, ordinal: int) -> RunId:
    """The n-th task of a session, n from 1."""
    return RunId(f"{session}.{ordinal}")


def session_of(run: RunId) -> SessionId:
    """The session that a task belongs to."""
    return SessionId(run.rpartition(".")[0])


def call_id(run: RunId, turn: int, index: int) -> CallId:
    """A tool call by its place, known before its effect begins; the model's own id is only an
    alias."""
    return CallId(f"{run}.t{turn}.{index}")


def approval_id(call: CallId, asked: int) -> ApprovalId:
    """The n-th time that this call's gate is asked, n from 1: a gate that is asked again is a new
    gate."""
    return ApprovalId(f"{call}.a{asked}")


def question_id(run: RunId, asked: int) -> QuestionId:
    """The n-th question of a run, n from 1."""
    return QuestionId(f"{run}.q{asked}")
