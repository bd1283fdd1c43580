"""What people are asked, and what they decided."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Literal

from runtime.approvals import Duration, Grant, Risk, Rule, Subject
from runtime.ids import Actor, ApprovalId, CallId, GrantId, QuestionId, RunId, Value


class ApprovalRequired(Value):
    """A gate: one call with exactly its arguments (`digest`). `others` had a say in the task beside
    its requester. `notify`: people are called; only for one gate of a turn. `runs`: the files that
    the call runs, as they stand, in words."""

    type: Literal["approval_required"] = "approval_required"
    approval_id: ApprovalId
    call_id: CallId
    tool: str
    operation: str
    risk: Risk
    why: str
    rule: Rule
    subject: Subject
    digest: str
    expires_at: datetime
    remind_at: datetime | None = None
    others: tuple[Actor, ...] = ()
    notify: bool = True
    runs: str = ""

    @property
    def fingerprint(self) -> str:
        """Of all that people decide here, in 64 hex digits: what will be done, and under which
        rule. Times are no part of it, and neither is a field that says nothing, so that one which
        is born later leaves old gates as they were."""
        shown = self.model_dump(
            mode="json", exclude={"expires_at", "remind_at"}, exclude_defaults=True
        )
        return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()


class ApprovalReceived(Value):
    """The rule is complete: appended with the vote that completes it."""

    type: Literal["approval_received"] = "approval_received"
    approval_id: ApprovalId
    approved: bool
    duration: Duration = Duration.ONCE
    actors: tuple[Actor, ...]


class ApprovalExpired(Value):
    type: Literal["approval_expired"] = "approval_expired"
    approval_id: ApprovalId


class QuestionAsked(Value):
    """`ask`: the model asks people. `budget`: a limit is used up. `outcome`: a call's outcome is
    unknown."""

    type: Literal["question_asked"] = "question_asked"
    question_id: QuestionId
    kind: Literal["ask", "budget", "outcome"] = "ask"
    question: str
    options: tuple[str, ...] = ()
    call_id: CallId | None = None
    rule: Rule = Rule(anyone=True)


class QuestionAnswered(Value):
    type: Literal["question_answered"] = "question_answered"
    question_id: QuestionId
    answer: str
    actor: Actor


class GrantGiven(Value):
    """`expires_at` is None for grants that end with the run or the thread."""

    type: Literal["grant_given"] = "grant_given"
    grant_id: GrantId
    tool: str
    subject: Subject
    risk: Risk
    duration: Duration
    run_id: RunId
    expires_at: datetime | None = None
    by: Actor

    @property
    def grant(self) -> Grant:
        """What is in force from here on."""
        return Grant(
            grant_id=self.grant_id,
            tool=self.tool,
            subject=self.subject,
            risk=self.risk,
            duration=self.duration,
            run_id=self.run_id,
            expires_at=self.expires_at,
            by=self.by,
        )


class GrantRevoked(Value):
    type: Literal["grant_revoked"] = "grant_revoked"
    grant_id: GrantId
    by: Actor
