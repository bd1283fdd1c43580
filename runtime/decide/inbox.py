"""What people may put into a session, judged at the head it is written at. Every door uses
these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from runtime.approvals import Duration, Gate, agreed, expiry
from runtime.decide.can import decides
from runtime.events import (
    ApprovalExpired,
    ApprovalReceived,
    GrantGiven,
    GrantRevoked,
    MessageReceived,
    Notice,
    QuestionAnswered,
)
from runtime.facts import Fact, Paused, Resumed, StopRequested, VoteCast
from runtime.folds.state import RunState
from runtime.ids import Actor, ApprovalId, GrantId, QuestionId
from runtime.ports.journal import Guard, Refused


def vote(
    approval: ApprovalId, actor: Actor, *, approve: bool, duration: Duration, now: datetime
) -> Guard:
    """A click on a gate. The vote that completes the rule decides; a late one asks again."""

    def judge(state: RunState) -> Sequence[Fact] | Refused:
        gate = state.gate(approval)
        asked = gate or state.expired_gate(approval)
        if asked is None:
            return Refused("This is not open any more: it was decided, or its task is over.")
        others = state.run.others if gate and state.run else asked.others
        if refusal := decides(actor, asked.rule, asked.requester, others):
            return Refused(refusal)
        if gate is None or now >= gate.expires_at:
            return _late(asked, actor, approve=approve, still_open=gate is not None)
        cast = VoteCast(approval_id=approval, actor=actor, approve=approve, duration=duration)
        return (cast, *_decision(_still_valid(gate, others), cast, now))

    return judge


def _still_valid(gate: Gate, others: Sequence[Actor]) -> Gate:
    """The gate with the votes of those who may still cast them: who has a say in the task after
    voting is another requester of it."""
    approvers = tuple(
        actor
        for actor in gate.approvers
        if decides(actor, gate.rule, gate.requester, others) is None
    )
    return replace(gate, approvers=approvers)


def _decision(gate: Gate, cast: VoteCast, now: datetime) -> tuple[Fact, ...]:
    """What this vote completes: one no is enough, a yes needs the rule's number of people. It lasts
    as long as all of them allow."""
    actors = (*gate.approvers, cast.actor)
    duration = agreed(gate.duration, cast.duration)
    if cast.approve and len({actor.id for actor in actors}) < gate.rule.votes:
        return ()
    received = ApprovalReceived(
        approval_id=gate.approval_id,
        approved=cast.approve,
        duration=duration,
        actors=actors if cast.approve else (cast.actor,),
    )
    if not cast.approve or duration is Duration.ONCE:
        return (received,)
    return (received, _grant(gate, cast.actor, duration, now))


def _grant(gate: Gate, by: Actor, duration: Duration, now: datetime) -> GrantGiven:
    return GrantGiven(
        grant_id=GrantId(f"{gate.approval_id}.g"),
        tool=gate.tool,
        subject=gate.subject,
        risk=gate.risk,
        duration=duration,
        run_id=gate.run_id,
        expires_at=expiry(duration, now),
        by=by,
    )


def _late(gate: Gate, actor: Actor, *, approve: bool, still_open: bool) -> Sequence[Fact] | Refused:
    """The gate timed out. A late yes becomes a request to try again, which asks anew; once."""
    if not approve:
        return Refused("This approval expired; the call was not run.")
    again = MessageReceived(
        actor=actor,
        text=f"The approval came too late for: {gate.operation}. Try it again and ask anew.",
        channel="late",
        message_id=gate.approval_id,
    )
    expired = (ApprovalExpired(approval_id=gate.approval_id),) if still_open else ()
    return (*expired, again)


def answer(question_id: QuestionId, actor: Actor, text: str) -> Guard:
    """An answer to an open question; where it offers options, one of them."""

    def judge(state: RunState) -> Sequence[Fact] | Refused:
        question, run = state.question(question_id), state.run
        if question is None or run is None:
            return Refused("This is not open any more: it was answered, or its task is over.")
        if refusal := decides(actor, question.rule, run.requester, run.others):
            return Refused(refusal)
        if question.kind != "ask" and text not in question.options:
            return Refused(f"Answer with one of: {', '.join(question.options)}.")
        return (QuestionAnswered(question_id=question_id, answer=text, actor=actor),)

    return judge


def stop(actor: Actor, message_id: str) -> Guard:
    """Anyone in the thread may stop the running task."""

    def judge(state: RunState) -> Sequence[Fact] | Refused:
        if state.run is None:
            return Refused("Nothing is running here.")
        if state.run.stop is not None:
            return Refused("It is stopping already.")
        return (StopRequested(actor=actor, message_id=message_id),)

    return judge


def pause(actor: Actor) -> Guard:
    """Hold the running task until `resume`."""

    def judge(state: RunState) -> Sequence[Fact] | Refused:
        if state.run is None:
            return Refused("Nothing is running here that could be paused.")
        if state.run.paused:
            return Refused("It is paused already.")
        return (
            Paused(actor=actor),
            Notice(text=f"Paused by {actor.name or actor.id}.", paused=True),
        )

    return judge


def resume(actor: Actor) -> Guard:
    def judge(state: RunState) -> Sequence[Fact] | Refused:
        if state.run is None or not state.run.paused:
            return Refused("Nothing is paused here.")
        return (
            Resumed(actor=actor),
            Notice(text=f"Resumed by {actor.name or actor.id}.", paused=False),
        )

    return judge


def revoke(grant: GrantId, actor: Actor) -> Guard:
    """Anyone may take a permission away; giving one is what needs the right to decide."""

    def judge(state: RunState) -> Sequence[Fact] | Refused:
        if state.grant(grant) is None:
            return Refused("This permission is not in force.")
        return (GrantRevoked(grant_id=grant, by=actor),)

    return judge
