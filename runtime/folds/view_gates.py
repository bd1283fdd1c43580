"""The part of `show` that concerns approvals and questions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import assert_never

from runtime.events import (
    ApprovalExpired,
    ApprovalReceived,
    ApprovalRequired,
    QuestionAnswered,
    QuestionAsked,
)
from runtime.folds.replace import replace
from runtime.ids import Actor, ApprovalId
from runtime.view import GateView, QuestionView, RunView

GateEvent = ApprovalRequired | ApprovalReceived | ApprovalExpired | QuestionAsked | QuestionAnswered


def project_gate(run: RunView, event: GateEvent, at: datetime) -> RunView:
    match event:
        case ApprovalRequired() as required:
            return replace(run, gates=(*run.gates, _gate(required, at)))
        case ApprovalReceived(approval_id=approval) as received:
            decided = "approved" if received.approved else "denied"
            return _decide(
                run,
                approval,
                lambda g: replace(
                    g,
                    decided=decided,
                    decided_at=at,
                    actors=received.actors,
                    duration=received.duration,
                ),
            )
        case ApprovalExpired(approval_id=approval):
            return _decide(run, approval, lambda g: replace(g, decided="expired", decided_at=at))
        case QuestionAsked() as asked:
            question = QuestionView(asked.question_id, asked.kind, asked.question, asked.options)
            return replace(run, questions=(*run.questions, question))
        case QuestionAnswered() as answered:
            return _answer(run, answered)
        case _:
            assert_never(event)


def _gate(required: ApprovalRequired, at: datetime) -> GateView:
    return GateView(
        approval_id=required.approval_id,
        call_id=required.call_id,
        tool=required.tool,
        operation=required.operation,
        risk=required.risk,
        why=required.why,
        rule=required.rule,
        asked_at=at,
        expires_at=required.expires_at,
        fingerprint=required.fingerprint,
        subject=required.subject,
        others=required.others,
        notify=required.notify,
        runs=required.runs,
    )


def _decide(run: RunView, approval: ApprovalId, change: Callable[[GateView], GateView]) -> RunView:
    gates = tuple(change(g) if g.approval_id == approval else g for g in run.gates)
    return replace(run, gates=gates)


def spoke(run: RunView, actor: Actor) -> RunView:
    """Somebody's words reached the task."""
    if any(known.id == actor.id for known in run.spoke):
        return run
    return replace(run, spoke=(*run.spoke, actor))


def _answer(run: RunView, answered: QuestionAnswered) -> RunView:
    asked = next((q for q in run.questions if q.question_id == answered.question_id), None)
    if asked is not None and asked.kind == "ask":
        run = spoke(run, answered.actor)
    return replace(
        run,
        questions=tuple(
            replace(q, answer=answered.answer, actor=answered.actor, closed=True)
            if q.question_id == answered.question_id
            else q
            for q in run.questions
        ),
    )
