"""Gate: an approval that was asked for, and the votes it has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from runtime.approvals.grants import Duration, Subject
from runtime.approvals.risk import Risk
from runtime.approvals.rules import Rule
from runtime.ids import Actor, ApprovalId, CallId, RunId


@dataclass(frozen=True, slots=True)
class Gate:
    """`others` had a say in the task beside the requester, up to when it was asked."""

    approval_id: ApprovalId
    call_id: CallId
    tool: str
    operation: str
    risk: Risk
    subject: Subject
    rule: Rule
    requester: Actor
    run_id: RunId
    expires_at: datetime
    remind_at: datetime | None = None
    fingerprint: str = ""
    """Of what people were shown, `ApprovalRequired.fingerprint`."""
    approvers: tuple[Actor, ...] = ()
    duration: Duration | None = None
    """What the approvers agree on so far."""
    others: tuple[Actor, ...] = ()
