"""decide: what a run may spend, and how endless ones end."""

from __future__ import annotations

from typing import Any

import pytest
from core_log import ANN, CALL, QUESTION, RUN, Log, planned, said, turned

from runtime.decide.calls import Record, RunTool
from runtime.decide.next import CallModel
from runtime.events import (
    Limits,
    Notice,
    Outcome,
    QuestionAnswered,
    QuestionAsked,
    RunFinished,
    ThinkingStart,
    ToolCallComplete,
    ToolCallFailed,
    ToolCallStart,
    Usage,
)
from runtime.facts import Claimed, Fact, Parked, Paused, Resumed
from runtime.ids import WorkerId, call_id
from runtime.profile import Profile


def limited(**limits: Any) -> Log:
    return Log(Profile(limits=Limits(**limits))).started()


def one_call(log: Log, turn: int, used: Fact | None = None, **call: Any) -> None:
    """A turn with one call that is done at once."""
    log.add(*((used,) if used else ()), turned(planned(turn=turn, **call), turn=turn))
    name = call_id(RUN, turn, 1)
    log.add(ToolCallStart(call_id=name, tool="shell", summary="s"), wait=0)
    log.add(ToolCallComplete(call_id=name, output="ok"), wait=0)


def question(log: Log) -> QuestionAsked:
    effect = log.decide()
    assert isinstance(effect, Record), effect
    (asked,) = effect.facts
    assert isinstance(asked, QuestionAsked)
    log.add(asked)
    return asked


def usage(tokens: int = 0, cost: float | None = None) -> Usage:
    return Usage(turn=1, input_tokens=tokens, output_tokens=0, cost=cost)


@pytest.mark.parametrize(
    ("limits", "used", "words"),
    [
        ({"turns": 1}, usage(), "1 model turns used: continue or stop?"),
        ({"tokens": 1000}, usage(tokens=1000), "1,000 tokens used: continue or stop?"),
        ({"cost": 0.5}, usage(cost=0.5), "Budget of 0.5 $ used: continue or stop?"),
        ({"seconds": 1.0}, usage(), "0.0166667 minutes of work used: continue or stop?"),
    ],
)
def test_a_limit_asks_the_requester(limits: dict[str, float], used: Usage, words: str) -> None:
    log = limited(**limits)
    one_call(log, 1, used)
    asked = question(log)
    assert (asked.kind, asked.question, asked.options) == ("budget", words, ("continue", "stop"))
    assert not asked.rule.anyone
    assert asked.rule.requester


def test_below_the_limits_nobody_is_asked() -> None:
    log = limited(turns=2, tokens=1001, cost=0.51, seconds=1.1)
    one_call(log, 1, usage(tokens=1000, cost=0.5))
    assert log.decide() == CallModel(2, 1, may_call=True)


def test_an_unknown_price_costs_nothing() -> None:
    log = limited(cost=0.1)
    one_call(log, 1, usage(tokens=10, cost=None))
    assert isinstance(log.decide(), CallModel)


def test_to_continue_gives_one_more_allotment() -> None:
    log = limited(turns=1)
    one_call(log, 1)
    question(log)
    log.add(QuestionAnswered(question_id=QUESTION, answer="continue", actor=ANN))
    assert log.decide() == CallModel(2, 1, may_call=True)
    one_call(log, 2)
    assert question(log).question_id != QUESTION


def test_to_stop_gives_a_closing_turn_without_tools() -> None:
    log = limited(turns=1)
    one_call(log, 1)
    question(log)
    log.add(QuestionAnswered(question_id=QUESTION, answer="stop", actor=ANN))
    assert log.decide() == CallModel(2, 1, may_call=False)
    log.add(turned(turn=2, text="so far"))
    effect = log.decide()
    assert isinstance(effect, Record)
    assert effect.facts[-1] == RunFinished(outcome=Outcome.DONE)


def test_waiting_is_no_work() -> None:
    log = limited(seconds=60.0)
    log.add(Paused(actor=ANN))
    log.add(Parked())
    log.add(Resumed(actor=ANN), wait=100_000)
    log.add(Claimed(worker=WorkerId("w2")), wait=5)
    assert isinstance(log.decide(), CallModel)
    assert log.run.spent.active.total_seconds() < 5


@pytest.mark.parametrize(
    "told", [said("hello?", message_id="2"), Paused(actor=ANN), Notice(text="t")]
)
def test_the_time_in_which_nobody_drove_is_no_work(told: Fact) -> None:
    """The driver died in the middle; people spoke before the next one claimed."""
    log = limited(seconds=60.0)
    log.add(ThinkingStart(turn=1), wait=10)
    log.add(told, wait=100_000)
    log.add(Claimed(worker=WorkerId("w2")), wait=100_000)
    log.add(ThinkingStart(turn=1, attempt=2), wait=10)
    assert log.run.spent.active.total_seconds() == 20


def test_what_people_say_in_between_hides_no_work() -> None:
    log = limited(seconds=60.0)
    log.add(said("more", message_id="2"), wait=30)
    log.add(ThinkingStart(turn=1), wait=30)
    assert log.run.spent.active.total_seconds() == 60


def repeated(log: Log, times: int) -> None:
    for turn in range(1, times):
        one_call(log, turn, digest="same")
    log.add(turned(planned(turn=times, digest="same"), turn=times))


def test_the_second_identical_turn_runs() -> None:
    log = limited()
    repeated(log, 2)
    assert isinstance(log.decide(), RunTool)


def test_the_third_identical_turn_is_nudged_and_not_run() -> None:
    log = limited()
    repeated(log, 3)
    effect = log.decide()
    assert isinstance(effect, Record)
    (failed,) = effect.facts
    assert isinstance(failed, ToolCallFailed)
    assert "three times in a row" in failed.message


def test_the_fourth_identical_turn_ends_the_run() -> None:
    log = limited()
    repeated(log, 4)
    effect = log.decide()
    assert isinstance(effect, Record)
    (finished,) = effect.facts
    assert isinstance(finished, RunFinished)
    assert finished.outcome is Outcome.FAILED
    assert "repeated the same call 4 times" in finished.reason


def test_a_different_turn_in_between_begins_the_count_again() -> None:
    log = limited()
    one_call(log, 1, digest="same")
    one_call(log, 2, digest="same")
    one_call(log, 3, digest="other")
    log.add(turned(planned(turn=4, digest="same"), turn=4))
    assert isinstance(log.decide(), RunTool)


def died(log: Log, times: int) -> None:
    for n in range(times):
        log.add(Claimed(worker=WorkerId(f"w{n}")), ThinkingStart(turn=1, attempt=n + 1))


def test_a_segment_that_keeps_dying_ends_the_run() -> None:
    log = limited()
    died(log, 5)
    assert isinstance(log.decide(), CallModel)
    died(log, 1)
    effect = log.decide()
    assert isinstance(effect, Record)
    (finished,) = effect.facts
    assert isinstance(finished, RunFinished)
    assert finished.outcome is Outcome.FAILED
    assert "operator's log" in finished.reason


@pytest.mark.parametrize(
    "progress",
    [Parked(), said("x", message_id="2"), turned(planned()), Paused(actor=ANN)],
    ids=lambda fact: fact.type,
)
def test_progress_begins_the_count_of_barren_claims_again(progress: Fact) -> None:
    log = limited()
    died(log, 5)
    log.add(progress)
    died(log, 1)
    assert log.state.barren_claims == 1


def test_a_call_that_kills_its_driver_ends_too() -> None:
    log = limited()
    log.add(turned(planned()), ToolCallStart(call_id=CALL, tool="shell", summary="s"))
    for n in range(6):
        log.add(Claimed(worker=WorkerId(f"w{n}")))
    effect = log.decide()
    assert isinstance(effect, Record)
    assert isinstance(effect.facts[0], RunFinished)
