"""What people may put into a session, and the words of every refusal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from core_log import ANN, BOB, CALL, EVE, GATE, QUESTION, Log, planned, turned

from runtime.approvals import Duration, Risk, Rule
from runtime.decide import inbox
from runtime.decide.calls import Record
from runtime.events import (
    ApprovalExpired,
    ApprovalReceived,
    ApprovalRequired,
    GrantGiven,
    MessageReceived,
    Outcome,
    QuestionAsked,
    RunFinished,
    ToolCallStart,
)
from runtime.facts import Fact, StopRequested, VoteCast, key_of
from runtime.ids import Actor, ApprovalId, GrantId
from runtime.ports import Guard, Refused

ASK_FIRST = Rule(anyone=True, votes=2)


def gated(rule: Rule | None = None) -> Log:
    """A run that waits for one approval; it expires 100 seconds later."""
    log = Log().started()
    log.add(turned(planned(risk=Risk.HIGH, rule=rule or Rule()), seen=3))
    effect = log.decide()
    assert isinstance(effect, Record)
    log.add(*effect.facts, wait=0)
    return log


def vote(
    log: Log, actor: Actor, *, yes: bool = True, lasts: Duration = Duration.ONCE, after: float = 1.0
) -> Guard:
    now = log.now + timedelta(seconds=after)
    return inbox.vote(GATE, actor, approve=yes, duration=lasts, now=now)


def done(log: Log, guard: Guard) -> Sequence[Fact]:
    """What the guard lets in, appended."""
    facts = guard(log.state)
    assert not isinstance(facts, Refused), facts.text
    log.add(*facts)
    return facts


def refused(log: Log, guard: Guard) -> str:
    answer = guard(log.state)
    assert isinstance(answer, Refused)
    return answer.text


def test_one_yes_completes_a_simple_rule_and_leaves_no_grant() -> None:
    log = gated()
    cast, received = done(log, vote(log, ANN))
    assert isinstance(cast, VoteCast)
    assert received == ApprovalReceived(approval_id=GATE, approved=True, actors=(ANN,))
    assert not log.run.holding
    assert log.state.grants == ()


@pytest.mark.parametrize("lasts", [d for d in Duration if d is not Duration.ONCE])
def test_a_yes_with_a_duration_gives_a_grant_like_the_gate(lasts: Duration) -> None:
    log = gated()
    done(log, vote(log, ANN, lasts=lasts))
    (grant,) = log.state.grants
    assert (grant.tool, grant.risk, grant.duration, grant.by) == ("shell", Risk.HIGH, lasts, ANN)
    assert grant.subject.value == "operation 1.1"


def test_a_no_with_a_duration_gives_nothing() -> None:
    log = gated()
    facts = done(log, vote(log, ANN, yes=False, lasts=Duration.THREAD))
    assert not any(isinstance(fact, GrantGiven) for fact in facts)


def test_two_people_must_agree_and_the_same_one_twice_is_one() -> None:
    log = gated(ASK_FIRST)
    assert [fact.type for fact in done(log, vote(log, ANN))] == ["vote_cast"]
    assert [fact.type for fact in done(log, vote(log, ANN))] == ["vote_cast"]
    assert log.run.holding
    facts = done(log, vote(log, BOB))
    assert isinstance(facts[1], ApprovalReceived)
    assert {actor.id for actor in facts[1].actors} == {"ann", "bob"}
    assert not log.run.holding


def test_a_yes_of_two_people_lasts_no_longer_than_either_allows() -> None:
    log = gated(ASK_FIRST)
    done(log, vote(log, ANN))
    _, received = done(log, vote(log, BOB, lasts=Duration.THREAD))
    assert isinstance(received, ApprovalReceived)
    assert received.duration is Duration.ONCE
    assert log.state.grants == ()


def test_two_people_give_the_grant_that_both_allow() -> None:
    log = gated(ASK_FIRST)
    done(log, vote(log, ANN, lasts=Duration.THREAD))
    done(log, vote(log, BOB, lasts=Duration.HOUR))
    (grant,) = log.state.grants
    assert grant.duration is Duration.HOUR
    assert grant.expires_at is not None


def test_the_journal_knows_a_repeated_vote_by_its_key() -> None:
    first, second = (vote(gated(ASK_FIRST), ANN)(gated(ASK_FIRST).state) for _ in range(2))
    assert not isinstance(first, Refused)
    assert not isinstance(second, Refused)
    assert [key_of(f, None) for f in first] == [key_of(f, None) for f in second]


def test_one_no_is_enough_after_a_yes_of_somebody_else() -> None:
    log = gated(ASK_FIRST)
    done(log, vote(log, ANN))
    _, received = done(log, vote(log, BOB, yes=False))
    assert received == ApprovalReceived(approval_id=GATE, approved=False, actors=(BOB,))
    assert log.run.calls[0].verdict == "denied"
    assert log.run.calls[0].decided_by == "Bob"


def test_a_stranger_is_told_why_not_and_the_gate_stays_open() -> None:
    log = gated()
    assert refused(log, vote(log, EVE)) == "You cannot decide this. It is for Ann."
    assert refused(log, vote(log, EVE, after=500)).startswith("You cannot decide this.")
    assert log.run.holding


def test_a_click_on_what_is_decided_is_refused_in_words() -> None:
    log = gated()
    done(log, vote(log, ANN))
    assert "not open any more" in refused(log, vote(log, ANN, yes=False))


def test_a_click_after_the_end_does_not_claim_a_decision() -> None:
    log = gated()
    log.add(RunFinished(outcome=Outcome.CANCELLED))
    assert "its task is over" in refused(log, vote(log, ANN))


@pytest.mark.parametrize("noticed", [False, True], ids=["still open", "already expired"])
def test_a_late_yes_asks_again_once_and_approves_nothing(noticed: bool) -> None:
    log = gated()
    if noticed:
        log.add(ApprovalExpired(approval_id=GATE))
    facts = done(log, vote(log, ANN, after=100))
    again = facts[-1]
    assert isinstance(again, MessageReceived)
    assert "Try it again" in again.text
    assert not any(isinstance(fact, ApprovalReceived) for fact in facts)
    assert log.run.calls[0].verdict == "expired"
    repeated = vote(log, ANN, after=200)(log.state)
    assert not isinstance(repeated, Refused)
    assert [key_of(f, None) for f in repeated] == [key_of(again, None)]


def test_a_late_yes_after_the_run_begins_a_new_request() -> None:
    log = gated()
    log.add(ApprovalExpired(approval_id=GATE), RunFinished(outcome=Outcome.DONE))
    facts = done(log, vote(log, ANN, after=500))
    assert [fact.type for fact in facts] == ["message_received"]
    assert len(log.state.inbox) == 1


def test_a_late_no_is_refused() -> None:
    log = gated()
    text = refused(log, vote(log, ANN, yes=False, after=100))
    assert text == "This approval expired; the call was not run."


def asked(kind: str, rule: Rule) -> Log:
    log = Log().started()
    options = ("continue", "stop") if kind == "budget" else ("red", "blue")
    question = {"kind": kind, "options": options, "question": "?", "rule": rule}
    log.add(QuestionAsked.model_validate({"question_id": QUESTION, **question}))
    return log


def test_an_answer_takes_one_of_the_options_where_they_are_all_there_is() -> None:
    log = asked("budget", Rule())
    assert refused(log, inbox.answer(QUESTION, ANN, "maybe")) == (
        "Answer with one of: continue, stop."
    )
    assert refused(log, inbox.answer(QUESTION, EVE, "stop")).startswith("You cannot decide this.")
    done(log, inbox.answer(QUESTION, ANN, "continue"))
    assert not log.run.holding
    assert "not open any more" in refused(log, inbox.answer(QUESTION, ANN, "stop"))


def test_a_question_of_the_model_takes_other_words_and_anyone() -> None:
    log = asked("ask", Rule(anyone=True))
    done(log, inbox.answer(QUESTION, EVE, "neither, green"))
    assert not log.run.holding


def test_stop_and_its_refusals() -> None:
    assert refused(Log(), inbox.stop(ANN, "m1")) == "Nothing is running here."
    log = Log().started()
    (fact,) = done(log, inbox.stop(EVE, "m1"))
    assert fact == StopRequested(actor=EVE, message_id="m1")
    assert refused(log, inbox.stop(ANN, "m2")) == "It is stopping already."


def test_pause_and_resume_and_their_refusals() -> None:
    log = Log()
    assert refused(log, inbox.pause(ANN)) == "Nothing is running here that could be paused."
    assert refused(log, inbox.resume(ANN)) == "Nothing is paused here."
    log.started()
    assert refused(log, inbox.resume(ANN)) == "Nothing is paused here."
    done(log, inbox.pause(BOB))
    assert log.run.holding
    refused(log, inbox.pause(ANN))
    facts = done(log, inbox.resume(ANN))
    assert [fact.type for fact in facts] == ["resumed", "notice"]
    assert not log.run.holding


def test_anyone_may_take_a_permission_away_once() -> None:
    log = gated()
    done(log, vote(log, ANN, lasts=Duration.THREAD))
    grant = GrantId(f"{GATE}.g")
    done(log, inbox.revoke(grant, EVE))
    assert log.state.grants == ()
    assert refused(log, inbox.revoke(grant, EVE)) == "This permission is not in force."


def test_an_approval_is_for_one_call_only() -> None:
    log = gated()
    done(log, vote(log, ANN))
    log.add(ToolCallStart(call_id=CALL, tool="shell", summary="s"))
    assert log.run.calls[0].started
    assert log.state.gate(GATE) is None


def test_a_yes_is_taken_back_by_a_no_but_a_second_yes_is_known() -> None:
    log = gated(ASK_FIRST)
    (yes,) = done(log, vote(log, ANN))
    no, received = done(log, vote(log, ANN, yes=False))
    assert key_of(no, None) != key_of(yes, None) == key_of(yes.model_copy(), None)
    assert isinstance(received, ApprovalReceived)
    assert not received.approved


def two_gates() -> tuple[Log, ApprovalRequired, ApprovalRequired]:
    """A run that waits for two approvals at once."""
    log = Log().started()
    log.add(turned(planned(risk=Risk.HIGH), planned(2, risk=Risk.HIGH), seen=3))
    effect = log.decide()
    assert isinstance(effect, Record)
    log.add(*effect.facts, wait=0)
    one, other = effect.facts
    assert isinstance(one, ApprovalRequired)
    assert isinstance(other, ApprovalRequired)
    return log, one, other


@pytest.mark.parametrize("pressed", [0, 1])
def test_a_press_decides_the_gate_that_it_names(pressed: int) -> None:
    log, *gates = two_gates()
    chosen, left = gates[pressed].approval_id, gates[1 - pressed].approval_id
    gate = log.state.gate(chosen)
    assert gate is not None
    assert gate.operation == gates[pressed].operation
    now = log.now + timedelta(seconds=1)
    facts = done(log, inbox.vote(chosen, ANN, approve=True, duration=Duration.RUN, now=now))
    (received,) = [fact for fact in facts if isinstance(fact, ApprovalReceived)]
    (given,) = [fact for fact in facts if isinstance(fact, GrantGiven)]
    assert received.approval_id == chosen
    assert given.grant.subject == gates[pressed].subject
    assert [open_.approval_id for open_ in log.run.gates] == [left]


def test_a_press_for_a_gate_that_is_not_open_decides_none() -> None:
    log, one, _ = two_gates()
    absent = ApprovalId(f"{one.approval_id}x")
    assert log.state.gate(absent) is None
    now = log.now + timedelta(seconds=1)
    refused(log, inbox.vote(absent, ANN, approve=True, duration=Duration.ONCE, now=now))
    assert len(log.run.gates) == 2
