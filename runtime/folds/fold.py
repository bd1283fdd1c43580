"""The fold from journal to RunState. Pure: a restart is this fold, nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from runtime.approvals import Duration
from runtime.decide.phases import PhaseState, advance
from runtime.events import (
    ApprovalExpired,
    ApprovalReceived,
    GrantGiven,
    GrantRevoked,
    MessageEdited,
    MessageReceived,
    Notice,
    QuestionAnswered,
    ResponseStart,
    RunFinished,
    RunStarted,
    ThinkingComplete,
    ThinkingStart,
)
from runtime.facts import (
    Claimed,
    Entry,
    FeedbackGiven,
    ModelTurn,
    Parked,
    Paused,
    Resumed,
    StopRequested,
    VoteCast,
)
from runtime.folds.replace import replace
from runtime.folds.run import apply_to_run
from runtime.folds.state import Run, RunState, Spent, Unread
from runtime.ids import SessionId

# What a segment writes before it achieves anything: these do not count as progress.
_BARREN = frozenset({Claimed, ThinkingStart, ThinkingComplete, ResponseStart, Notice})
# What comes from people, or may: it says nothing about whether a driver was alive.
_ANY_TIME = frozenset(
    {
        MessageReceived,
        MessageEdited,
        VoteCast,
        ApprovalReceived,
        ApprovalExpired,
        GrantGiven,
        GrantRevoked,
        QuestionAnswered,
        StopRequested,
        Paused,
        Resumed,
        FeedbackGiven,
        Notice,
    }
)
_NO_WORK = _ANY_TIME | {Claimed}
_KEPT_EXPIRED = 20  # gates that a late click may still ask for again


def fold(session: SessionId, entries: Iterable[Entry]) -> RunState:
    """The state after these entries, from the first on."""
    state = RunState(session)
    for entry in entries:
        state = apply(state, entry)
    return state


def apply(state: RunState, entry: Entry) -> RunState:
    """The state after one more entry. Raises IllegalEvent for what the phase table forbids."""
    fact = entry.fact
    after = _session_facts(state, entry)
    run = after.run
    if run is None:
        if not isinstance(fact, RunFinished):
            advance(PhaseState(), fact, holding=False)
    elif not isinstance(fact, RunStarted):
        run = _go_on(run, state, entry)
    claims = 0
    if type(fact) in _BARREN:
        claims = state.barren_claims + isinstance(fact, Claimed)
    at = state.at if type(fact) in _ANY_TIME else entry.at
    return replace(after, head=entry.seq, at=at, run=run, barren_claims=claims)


def _go_on(run: Run, before: RunState, entry: Entry) -> Run:
    """What the live run becomes, its phase and its time. Time between two entries of a driver
    counts as work, inside a segment only: what people say after a crash must not count the time in
    which nobody drove."""
    run = apply_to_run(run, entry.fact)
    standing = advance(run.standing, entry.fact, holding=run.holding)
    if before.driven and before.at and type(entry.fact) not in _NO_WORK:
        spent = run.spent
        active = spent.active + max(entry.at - before.at, timedelta())
        spent = Spent(spent.turns, spent.tokens, spent.cost, active)
        return replace(run, standing=standing, spent=spent)
    return run if standing is run.standing else replace(run, standing=standing)


def _session_facts(state: RunState, entry: Entry) -> RunState:
    """What a fact changes outside the live run."""
    match entry.fact:
        case MessageReceived() as message:
            return _hear(state, Unread(entry.seq, message))
        case MessageEdited() as edited if state.inbox:
            return replace(state, inbox=tuple(_edited(state.inbox, edited)))
        case Claimed(worker=worker):
            return replace(state, worker=worker, driven=True)
        case Parked():
            return replace(state, driven=False)
        case RunStarted() as started:
            return _start(state, entry, started)
        case RunFinished() as finished:
            return _finish(state, finished)
        case ModelTurn(seen=seen) if state.inbox:
            unread = tuple(item for item in state.inbox if item.seq > seen)
            return replace(state, inbox=unread)
        case StopRequested():
            # What steered the stopped task does not start the next one; what comes later does.
            return replace(state, inbox=())
        case _:
            return _permissions(state, entry)


def _permissions(state: RunState, entry: Entry) -> RunState:
    match entry.fact:
        case GrantGiven() as given:
            return replace(state, grants=(*state.grants, given.grant))
        case GrantRevoked(grant_id=revoked):
            left = tuple(grant for grant in state.grants if grant.grant_id != revoked)
            return replace(state, grants=left)
        case ApprovalExpired(approval_id=approval):
            gate, run = state.gate(approval), state.run
            kept = state.expired
            if gate and run:
                kept = (*kept, replace(gate, others=run.others))
            return replace(state, expired=kept[-_KEPT_EXPIRED:])
        case _:
            return state


def _hear(state: RunState, unread: Unread) -> RunState:
    message = unread.message
    strange = state.requester is not None and message.actor.id != state.requester.id
    tainted = state.tainted or (strange and bool(message.files)) or _holds_words_of_apps(message)
    if message.aside:
        return replace(state, tainted=tainted)
    return replace(state, inbox=(*state.inbox, unread), tainted=tainted)


def _holds_words_of_apps(message: MessageReceived) -> bool:
    """No member wrote them, and no member is behind what they ask for."""
    in_parts = any(part.kind == "card" for part in message.parts)
    return in_parts or any(earlier.app for earlier in message.earlier)


def _edited(inbox: tuple[Unread, ...], edited: MessageEdited) -> Iterator[Unread]:
    """With the newest words."""
    for item in inbox:
        message = item.message
        if (message.channel, message.message_id) != (edited.channel, edited.message_id):
            yield item
        elif not edited.deleted:
            yield Unread(item.seq, message.model_copy(update={"text": edited.text}))


def _start(state: RunState, entry: Entry, started: RunStarted) -> RunState:
    speakers = {item.message.actor.id: item.message.actor for item in state.inbox}
    others = tuple(a for a in speakers.values() if a.id != started.requester.id)
    run = Run(
        run_id=started.run_id,
        title=started.title,
        requester=started.requester,
        request=_request(state),
        others=others,
        limits=started.limits,
        mode=started.mode,
        profile=started.profile_digest,
        started_at=entry.at,
        standing=advance(state.run.standing if state.run else PhaseState(), started, holding=False),
    )
    strange = any(
        item.message.files and item.message.actor.id != started.requester.id for item in state.inbox
    )
    return replace(
        state,
        run=run,
        runs=state.runs + 1,
        requester=started.requester,
        inbox=(),
        tainted=state.tainted or strange,
    )


def _request(state: RunState) -> tuple[str, str]:
    """Of a task that begins now."""
    first = next((item.message for item in state.inbox), None)
    return (first.channel, first.message_id) if first else ("", "")


def _finish(state: RunState, finished: RunFinished) -> RunState:
    """The run is over; its run-long grants go with it."""
    advance(state.run.standing if state.run else PhaseState(), finished, holding=False)
    grants = tuple(g for g in state.grants if g.duration is not Duration.RUN)
    return replace(state, run=None, grants=grants)
