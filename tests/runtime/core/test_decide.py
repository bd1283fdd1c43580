"""decide: calls, gates, grants and ends. Limits have a file of their own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from core_log import ANN, BOB, CALL, GATE, QUESTION, RUN, SESSION, Log, planned, said, turned

from runtime.approvals import Duration, Risk, Subject
from runtime.decide.calls import Attach, Record, RunTool
from runtime.decide.next import Abort, CallModel, Wait
from runtime.events import (
    ApprovalExpired,
    ApprovalReceived,
    ApprovalRequired,
    GrantGiven,
    GrantRevoked,
    Notice,
    Outcome,
    QuestionAnswered,
    QuestionAsked,
    ResponseComplete,
    RunFinished,
    RunStarted,
    ToolCallComplete,
    ToolCallFailed,
    ToolCallStart,
)
from runtime.facts import Fact, OutcomeUnknown, Paused, Resumed, StopRequested
from runtime.ids import GrantId, approval_id, call_id, run_id

MEDIUM, HIGH = Risk.MEDIUM, Risk.HIGH


def recorded(log: Log, wait: float = 0.0) -> tuple[Fact, ...]:
    """The facts that it decides to append, appended."""
    effect = log.decide(wait)
    assert isinstance(effect, Record), effect
    log.add(*effect.facts, wait=wait)
    return effect.facts


def verdict(index: int, *, approved: bool) -> Fact:
    gate = approval_id(call_id(RUN, 1, index), 1)
    return ApprovalReceived(approval_id=gate, approved=approved, actors=(BOB,))


def test_words_begin_a_run_and_a_run_begins_with_the_model() -> None:
    log = Log()
    assert log.decide() == Wait(None)
    log.add(said("  \n make it so\n now"))
    (started,) = recorded(log)
    assert isinstance(started, RunStarted)
    assert (started.run_id, started.title, started.requester) == (RUN, "make it so", ANN)
    assert log.decide() == CallModel(1, 1, may_call=True)


def test_an_aside_begins_nothing() -> None:
    log = Log()
    log.add(said("psst", aside=True))
    assert log.decide() == Wait(None)


def test_a_message_without_text_still_has_a_title() -> None:
    log = Log()
    log.add(said("  \n "))
    (started,) = recorded(log)
    assert isinstance(started, RunStarted)
    assert started.title == "(no text)"


def test_text_without_a_call_is_the_answer_and_the_end() -> None:
    log = Log().started()
    log.add(turned(text="42"))
    assert recorded(log) == (
        ResponseComplete(turn=1, text="42"),
        RunFinished(outcome=Outcome.DONE),
    )
    assert log.decide() == Wait(None)


def test_an_answer_that_was_cut_says_so() -> None:
    log = Log().started()
    log.add(turned(text="4", cut=True))
    assert [fact.type for fact in recorded(log)] == ["response_complete", "notice", "run_finished"]


def test_calls_run_one_after_the_other_and_then_the_model_speaks() -> None:
    log = Log().started()
    one, two = planned(1), planned(2)
    log.add(turned(one, two))
    assert log.decide() == RunTool(one)
    log.add(ToolCallStart(call_id=one.call_id, tool="shell", summary="s"))
    assert log.decide() == Attach(one, 1)
    log.add(ToolCallComplete(call_id=one.call_id, output="ok"))
    assert log.decide() == RunTool(two)
    log.add(ToolCallFailed(call_id=two.call_id, kind="failed", message="no"))
    assert log.decide() == CallModel(2, 1, may_call=True)


def test_all_gates_of_a_turn_open_at_once() -> None:
    log = Log().started()
    log.add(turned(planned(1, risk=HIGH), planned(2), planned(3, risk=MEDIUM)))
    facts = recorded(log)
    assert [f.call_id for f in facts if isinstance(f, ApprovalRequired)] == [
        call_id(RUN, 1, 1),
        call_id(RUN, 1, 3),
    ]
    assert log.decide() == Wait(log.now + timedelta(seconds=50))


def test_a_denied_call_does_not_cancel_its_siblings() -> None:
    log = Log().started()
    log.add(turned(planned(1, risk=HIGH), planned(2, risk=HIGH)))
    recorded(log)
    log.add(verdict(1, approved=False))
    assert isinstance(log.decide(), Wait)
    log.add(verdict(2, approved=True))
    (failed,) = recorded(log)
    assert isinstance(failed, ToolCallFailed)
    assert failed.kind == "denied"
    assert failed.message.startswith("Denied by Bob.")
    assert log.decide() == RunTool(planned(2, risk=HIGH))


def test_expired_and_denied_are_different_words() -> None:
    log = Log().started()
    log.add(turned(planned(risk=HIGH)))
    recorded(log)
    assert recorded(log, wait=100) == (ApprovalExpired(approval_id=GATE),)
    (failed,) = recorded(log)
    assert isinstance(failed, ToolCallFailed)
    assert failed.kind == "expired"
    assert "timed out" in failed.message
    assert "Denied" not in failed.message


def test_people_are_reminded_once_at_half_time() -> None:
    log = Log().started()
    log.add(turned(planned(risk=HIGH)))
    asked = log.now
    recorded(log)
    assert log.decide(49) == Wait(asked + timedelta(seconds=50))
    (notice,) = recorded(log, wait=50)
    assert notice == Notice(text="Still waiting: operation 1.1", about=GATE)
    assert log.decide() == Wait(asked + timedelta(seconds=100))
    assert log.decide(49.9) == Wait(asked + timedelta(seconds=100))


def given(duration: Duration, risk: Risk = HIGH, **more: object) -> Fact:
    return GrantGiven.model_validate(
        {
            "grant_id": "g", "tool": "shell", "subject": Subject(value="operation 1.1"),
            "risk": risk, "duration": duration, "run_id": RUN, "by": ANN, **more,
        }
    )  # fmt: skip


def test_a_grant_covers_until_it_is_revoked() -> None:
    log = Log().started()
    log.add(given(Duration.THREAD), turned(planned(risk=HIGH)))
    assert isinstance(log.decide(), RunTool)
    log.add(GrantRevoked(grant_id=GrantId("g"), by=ANN))
    assert isinstance(log.decide(), Record)


def test_a_grant_ends_by_the_clock_that_decide_is_given() -> None:
    log = Log().started()
    until = log.now + timedelta(seconds=60)
    log.add(given(Duration.QUARTER, expires_at=until), turned(planned(risk=HIGH)), wait=0)
    assert isinstance(log.decide(59.9), RunTool)
    assert isinstance(log.decide(60), Record)


def test_a_grant_of_the_run_does_not_reach_the_next() -> None:
    log = Log().started()
    log.add(given(Duration.RUN), turned(text="done"))
    recorded(log)
    assert log.state.grants == ()


def test_files_of_strangers_raise_what_follows_above_the_grant() -> None:
    log = Log().started()
    file = {"name": "x", "artifact": "0" * 64, "size": 1}
    log.add(given(Duration.THREAD, MEDIUM), turned(planned(risk=MEDIUM)))
    assert isinstance(log.decide(), RunTool)
    log.add(said("look", actor=BOB, message_id="2", files=(file,)))
    (gate,) = recorded(log)
    assert isinstance(gate, ApprovalRequired)
    assert gate.risk is HIGH


def test_files_of_the_requester_raise_nothing() -> None:
    log = Log().started()
    file = {"name": "x", "artifact": "0" * 64, "size": 1}
    log.add(said("look", message_id="2", files=(file,)), turned(planned(risk=MEDIUM)))
    (gate,) = recorded(log)
    assert isinstance(gate, ApprovalRequired)
    assert gate.risk is MEDIUM


def test_a_call_that_cannot_run_goes_back_to_the_model_without_a_gate() -> None:
    log = Log().started()
    log.add(turned(planned(risk=HIGH, error="There is no tool.", error_kind="unknown_tool")))
    (failed,) = recorded(log)
    assert isinstance(failed, ToolCallFailed)
    assert (failed.kind, failed.message) == ("unknown_tool", "There is no tool.")


def lost(risk: Risk) -> Log:
    log = Log().started()
    log.add(given(Duration.THREAD), turned(planned(risk=risk)))
    log.add(ToolCallStart(call_id=CALL, tool="shell", summary="s"), OutcomeUnknown(call_id=CALL))
    return log


def test_an_unknown_outcome_at_low_risk_is_told_to_the_model() -> None:
    (failed,) = recorded(lost(MEDIUM))
    assert isinstance(failed, ToolCallFailed)
    assert failed.kind == "unknown_outcome"


@pytest.mark.parametrize("answer", ["retry", "skip", "stop"])
def test_an_unknown_outcome_at_high_risk_is_asked(answer: str) -> None:
    log = lost(HIGH)
    (question,) = recorded(log)
    assert isinstance(question, QuestionAsked)
    assert (question.kind, question.options) == ("outcome", ("retry", "skip", "stop"))
    assert log.decide() == Wait(None)
    log.add(QuestionAnswered(question_id=QUESTION, answer=answer, actor=ANN))
    effect = log.decide()
    if answer == "retry":
        assert effect == RunTool(planned(risk=HIGH), attempt=2)
    else:
        assert isinstance(effect, Record)
        kind = ToolCallFailed if answer == "skip" else RunFinished
        assert [type(fact) for fact in effect.facts] == [kind]


def test_a_medium_call_of_a_tainted_session_counts_as_high_when_it_is_lost() -> None:
    log = Log().started()
    file = {"name": "x", "artifact": "0" * 64, "size": 1}
    log.add(said("look", actor=BOB, message_id="2", files=(file,)), turned(planned(risk=MEDIUM)))
    recorded(log)
    log.add(ApprovalReceived(approval_id=GATE, approved=True, actors=(ANN,)))
    log.add(ToolCallStart(call_id=CALL, tool="shell", summary="s"), OutcomeUnknown(call_id=CALL))
    assert [fact.type for fact in recorded(log)] == ["question_asked"]


def test_a_lost_call_is_run_again_only_by_those_who_may_approve_it() -> None:
    log = Log().started()
    rule = {"not_requester": True, "roles": ("admin",)}
    log.add(turned(planned(risk=HIGH, rule=rule)))
    recorded(log)
    log.add(verdict(1, approved=True))
    log.add(ToolCallStart(call_id=CALL, tool="shell", summary="s"), OutcomeUnknown(call_id=CALL))
    (question,) = recorded(log)
    assert isinstance(question, QuestionAsked)
    assert question.rule == planned(rule=rule).rule


def test_an_answer_is_the_result_of_the_call_that_asked() -> None:
    log = Log().started()
    log.add(turned(planned()), ToolCallStart(call_id=CALL, tool="ask", summary="s"))
    log.add(QuestionAsked(question_id=QUESTION, question="which?", call_id=CALL))
    log.add(QuestionAnswered(question_id=QUESTION, answer="red", actor=BOB))
    assert recorded(log) == (ToolCallComplete(call_id=CALL, output="red"),)


def test_a_stop_comes_before_everything_and_names_what_runs() -> None:
    log = Log().started()
    log.add(turned(planned(1), planned(2)), Paused(actor=ANN))
    log.add(StopRequested(actor=BOB, message_id="s"))
    assert log.decide() == Abort(None, "Bob")
    log = Log().started()
    log.add(turned(planned(1)), ToolCallStart(call_id=CALL, tool="shell", summary="s"))
    log.add(StopRequested(actor=BOB, message_id="s"))
    effect = log.decide()
    assert isinstance(effect, Abort)
    assert effect.call is not None
    assert effect.call.call.call_id == CALL


def test_a_pause_waits_for_people_alone() -> None:
    log = Log().started()
    log.add(Paused(actor=ANN))
    assert log.decide() == Wait(None)
    log.add(Resumed(actor=BOB))
    assert log.decide() == CallModel(1, 1, may_call=True)


def test_words_in_the_final_turn_begin_the_next_run() -> None:
    log = Log().started()
    log.add(said("and then?", message_id="2"), turned(text="done", seen=3))
    recorded(log)
    (started,) = recorded(log)
    assert isinstance(started, RunStarted)
    assert (started.run_id, started.title) == (run_id(SESSION, 2), "and then?")
