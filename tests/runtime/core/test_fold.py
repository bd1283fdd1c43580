"""The fold from journal to RunState, by table. What people can do to it is played elsewhere."""

from __future__ import annotations

import pytest
from core_log import ANN, BOB, CALL, GATE, RUN, SESSION, Log, planned, said, turned

from runtime.approvals import Duration, Subject
from runtime.errors import IllegalEvent
from runtime.events import (
    GrantGiven,
    Outcome,
    PlanCreated,
    ResponseComplete,
    ResponseStart,
    RunFinished,
    StepCompleted,
    StepStarted,
    ThinkingStart,
    ToolCallStart,
    Usage,
)
from runtime.facts import Claimed, Fact, Parked, Resumed, StopRequested
from runtime.folds.fold import apply, fold
from runtime.folds.state import RunState
from runtime.ids import GrantId, Seq, StepId, WorkerId
from runtime.plan import Step, StepStatus, active_step, progress

STEPS = tuple(Step(id=StepId(str(n)), title=f"step {n}") for n in (1, 2))


def test_an_empty_journal_is_an_idle_session() -> None:
    assert fold(SESSION, []) == RunState(SESSION)


def test_words_wait_until_a_turn_has_seen_them() -> None:
    log = Log().started()
    assert log.state.inbox == ()
    log.add(said("one", message_id="2"))
    log.add(said("two", message_id="3"))
    log.add(turned(planned(), seen=4))
    assert [unread.seq for unread in log.state.inbox] == [5]


def test_what_steered_a_stopped_task_starts_no_other() -> None:
    log = Log().started()
    log.add(said("faster", message_id="2"), StopRequested(actor=ANN, message_id="3"))
    assert log.state.inbox == ()
    log.add(said("now this", message_id="4"), RunFinished(outcome=Outcome.CANCELLED))
    assert [unread.message.text for unread in log.state.inbox] == ["now this"]


@pytest.mark.parametrize(
    "fact", [ThinkingStart(turn=1), Resumed(actor=ANN), RunFinished(outcome=Outcome.DONE)]
)
def test_without_a_run_its_facts_are_illegal(fact: Fact) -> None:
    with pytest.raises(IllegalEvent, match="while idle"):
        Log().add(fact)


def test_a_second_run_cannot_start_inside_the_first() -> None:
    log = Log().started()
    with pytest.raises(IllegalEvent, match="'run_started' cannot happen while planning"):
        apply(log.state, log.entries[-1])


def test_the_plan_follows_its_steps() -> None:
    log = Log().started()
    log.add(PlanCreated(steps=STEPS), StepStarted(step_id=StepId("1")))
    assert active_step(log.run.plan) == "1"
    log.add(StepCompleted(step_id=StepId("1"), note="well"), StepStarted(step_id=StepId("9")))
    assert active_step(log.run.plan) is None
    assert progress(log.run.plan) == (1, 2)
    assert (log.run.plan[0].status, log.run.plan[0].note) == (StepStatus.DONE, "well")


def test_what_a_run_used_adds_up() -> None:
    log = Log().started()
    log.add(Usage(turn=1, input_tokens=10, output_tokens=5, cost=0.25), turned(planned()))
    log.add(Usage(turn=2, input_tokens=1, output_tokens=1), turned(turn=2, text="x"))
    spent = log.run.spent
    assert (spent.turns, spent.tokens, spent.cost) == (2, 17, 0.25)


def test_attempts_are_counted_until_a_turn_is_complete() -> None:
    log = Log().started()
    log.add(ThinkingStart(turn=1), ResponseStart(turn=1, attempt=3))
    assert (log.run.attempt, log.run.opened) == (3, True)
    log.add(ResponseComplete(turn=1, text="x", final=False), turned(planned()))
    assert (log.run.attempt, log.run.opened) == (0, False)


def test_a_claim_names_its_driver_and_parking_ends_its_time() -> None:
    log = Log().started()
    assert (log.state.worker, log.state.driven) == ("w1", True)
    log.add(Parked())
    assert not log.state.driven
    log.add(Claimed(worker=WorkerId("w2")))
    assert (log.state.worker, log.state.driven) == ("w2", True)


def test_a_run_takes_its_own_grants_along_and_leaves_the_others() -> None:
    log = Log().started()
    for duration in (Duration.RUN, Duration.HOUR, Duration.THREAD):
        given = {"grant_id": GrantId(duration), "tool": "shell", "subject": Subject(), "by": ANN}
        log.add(
            GrantGiven.model_validate(given | {"risk": "low", "duration": duration, "run_id": RUN})
        )
    log.add(RunFinished(outcome=Outcome.DONE))
    assert [grant.duration for grant in log.state.grants] == [Duration.HOUR, Duration.THREAD]


def test_a_gate_of_an_unknown_name_changes_nothing_of_the_calls() -> None:
    log = Log().started()
    log.add(turned(planned()), ToolCallStart(call_id=CALL, tool="shell", summary="s"))
    assert log.run.call(CALL) == log.run.calls[0]
    assert log.run.calls[0].attempt == 1
    assert log.state.gate(GATE) is None
    assert log.state.expired_gate(GATE) is None


def test_a_stranger_with_files_taints_the_session_for_good() -> None:
    log = Log().started()
    file = {"name": "x", "artifact": "0" * 64, "size": 1}
    log.add(said("no file", actor=BOB, message_id="2"))
    assert not log.state.tainted
    log.add(said("look", actor=BOB, message_id="3", aside=True, files=(file,)))
    assert log.state.tainted
    log.add(RunFinished(outcome=Outcome.DONE))
    assert log.state.tainted


def test_a_fold_of_all_is_the_last_of_single_steps() -> None:
    log = Log().started()
    log.add(turned(planned()), StopRequested(actor=BOB, message_id="2"))
    assert fold(SESSION, log.entries) == log.state
    assert log.state.head == Seq(len(log.entries))
