"""Who has a part in what a task does, and so may not approve it where others must; and whom the
local operator may be."""

from __future__ import annotations

from datetime import timedelta

import pytest
from core_log import ANN, BOB, EVE, GATE, QUESTION, Log, planned, said, turned

from runtime.approvals import Duration, Risk, Rule, may_decide, who
from runtime.decide import inbox
from runtime.decide.calls import Record
from runtime.events import ApprovalReceived, ApprovalRequired, QuestionAsked, RunFinished
from runtime.events.runs import Outcome
from runtime.facts import Fact
from runtime.ids import Actor, ApprovalId
from runtime.ports import Refused
from runtime.testing.settler import seen
from runtime.view import GateView, RunView

DAN = Actor(id="dan", name="Dan")
OPERATOR = Actor(id="root", name="root", local=True)
OTHERS = Rule(anyone=True, not_requester=True)
TWO = Rule(anyone=True, votes=2)
TWO_OTHERS = Rule(anyone=True, not_requester=True, votes=2)


def gated(rule: Rule, *before: Fact, log: Log | None = None) -> Log:
    """A task of Ann's, what came before, and a gate under the rule."""
    log = log or Log().started()
    log.add(*before)
    log.add(turned(planned(risk=Risk.HIGH, rule=rule), seen=log.state.head))
    effect = log.decide()
    assert isinstance(effect, Record)
    log.add(*effect.facts)
    return log


def vote(log: Log, actor: Actor, *, yes: bool = True, gate: ApprovalId = GATE) -> str:
    """The refusal, or "" for a vote that counts."""
    guard = inbox.vote(gate, actor, approve=yes, duration=Duration.ONCE, now=log.now)
    answer = guard(log.state)
    if isinstance(answer, Refused):
        return answer.text
    log.add(*answer)
    return ""


def shown(log: Log) -> tuple[RunView, GateView]:
    run = seen(log.state.session_id, log.entries).runs[-1]
    return run, run.gates[-1]


def named(log: Log) -> str:
    """Who may decide, as the card says it."""
    run, gate = shown(log)
    return who(gate.rule, run.requester, run.had_a_say(gate))


def asked(log: Log) -> Log:
    log.add(turned(planned(), seen=log.state.head))
    log.add(QuestionAsked(question_id=QUESTION, question="Which one?"))
    return log


def answered(actor: Actor) -> Log:
    """A task that asked, and was answered."""
    log = asked(Log().started())
    facts = inbox.answer(QUESTION, actor, "prod")(log.state)
    assert not isinstance(facts, Refused)
    log.add(*facts)
    return log


def asked_together() -> Log:
    """Bob spoke before Ann's task began, and it took up the words of both."""
    log = Log()
    log.add(said(), said("and this", BOB, "2"))
    effect = log.decide()
    assert isinstance(effect, Record)
    log.add(*effect.facts)
    return log


@pytest.mark.parametrize(
    "log",
    [
        gated(OTHERS, said("also clean up", BOB, "2")),
        gated(OTHERS, said("", BOB, "2", files=()), said("x", EVE, "3")),
        gated(OTHERS, log=answered(BOB)),
        gated(OTHERS, log=asked_together()),
    ],
    ids=["steered", "two steered", "answered", "spoke before"],
)
def test_whoever_had_a_say_may_not_approve_what_others_must(log: Log) -> None:
    assert "it follows those of Ann" in vote(log, BOB)
    assert vote(log, ANN) == "This needs somebody other than the person who asked for the task."
    assert "but not Ann" in named(log)
    assert "Bob" in named(log)
    assert vote(log, DAN) == ""
    assert not log.run.holding


def test_words_that_come_while_the_gate_is_open_count_too() -> None:
    log = gated(OTHERS)
    assert named(log) == "anyone in the thread, but not Ann, whose words it follows"
    log.add(said("do it differently", BOB, "2"))
    assert named(log) == "anyone in the thread, but not Ann and Bob, whose words it follows"
    assert vote(log, BOB) != ""


def test_an_aside_reaches_no_task() -> None:
    log = gated(OTHERS, said("is this right?", BOB, "2", aside=True))
    assert vote(log, BOB) == ""


def test_the_next_task_knows_nothing_of_the_words_of_the_last() -> None:
    log = Log().started()
    log.add(said("also clean up", BOB, "2"), turned(text="ok", seen=5))
    log.add(RunFinished(outcome=Outcome.DONE))
    log.add(said("the next", ANN, "3"))
    effect = log.decide()
    assert isinstance(effect, Record)
    log.add(*effect.facts)
    assert log.run.others == ()


def test_a_late_vote_that_asks_again_is_a_say() -> None:
    log = gated(OTHERS)
    log.now += timedelta(days=2)
    assert vote(log, BOB) == ""  # too late: asks anew
    log.add(turned(planned(turn=2, risk=Risk.HIGH, rule=OTHERS), turn=2, seen=log.state.head))
    effect = log.decide()
    assert isinstance(effect, Record)
    log.add(*effect.facts)
    required = effect.facts[-1]
    assert isinstance(required, ApprovalRequired)
    assert required.others == (BOB,)
    assert vote(log, BOB, gate=required.approval_id) != ""


def test_an_expired_gate_remembers_who_had_a_say() -> None:
    log = gated(OTHERS, said("also clean up", BOB, "2"))
    log.now += timedelta(days=2)
    effect = log.decide()
    assert isinstance(effect, Record)
    log.add(*effect.facts)
    assert "it follows those of Ann and Bob" in vote(log, BOB)


def test_speaking_gives_nobody_the_right_to_decide() -> None:
    log = gated(Rule(), said("also clean up", BOB, "2"))
    assert vote(log, BOB) == "You cannot decide this. It is for Ann."
    assert vote(log, ANN) == ""


def test_a_vote_is_void_once_its_author_steers() -> None:
    log = gated(TWO_OTHERS)
    assert vote(log, BOB) == ""
    log.add(said("and delete the rest", BOB, "2"))
    assert vote(log, EVE) == ""
    assert log.run.holding, "only one vote is left"
    assert vote(log, DAN) == ""
    received = log.entries[-1].fact
    assert isinstance(received, ApprovalReceived)
    assert [actor.id for actor in received.actors] == ["eve", "dan"]


def test_two_people_who_had_no_say_are_needed() -> None:
    log = gated(TWO_OTHERS, said("also clean up", BOB, "2"))
    assert vote(log, ANN) != ""
    assert vote(log, BOB) != ""
    assert vote(log, EVE) == ""
    assert log.run.holding
    assert vote(log, DAN) == ""
    assert not log.run.holding


@pytest.mark.parametrize("first", [True, False])
def test_the_local_operator_is_never_a_second_person(first: bool) -> None:
    log = gated(TWO)
    if not first:
        assert vote(log, ANN) == ""
    assert "local operator, who may be one of them" in vote(log, OPERATOR)
    assert vote(log, BOB) == ""
    assert log.run.holding is first


@pytest.mark.parametrize(
    "rule",
    [OTHERS, Rule(not_requester=True, people=("root",)), Rule(not_requester=True, roles=("all",))],
)
def test_the_local_operator_is_never_somebody_else(rule: Rule) -> None:
    operator = OPERATOR.model_copy(update={"roles": ("all",)})
    assert "local operator, who may be one of them" in vote(gated(rule), operator)


def test_what_the_local_operator_had_a_say_in_has_no_certain_other() -> None:
    log = gated(OTHERS, said("also clean up", OPERATOR, "2"))
    assert "the local operator, who had a say in it, may be any of them" in vote(log, BOB)
    assert named(log).startswith("nobody, since the local operator had a say in it")


@pytest.mark.parametrize("rule", [Rule(anyone=True), Rule(requester=False, people=("root",))])
def test_where_one_person_is_enough_the_local_operator_may_be_it(rule: Rule) -> None:
    assert vote(gated(rule), OPERATOR) == ""


def test_the_local_operator_decides_what_they_asked_for() -> None:
    assert may_decide(Rule(), OPERATOR, OPERATOR) is None


def test_a_rule_names_nobody_who_may_not() -> None:
    rule = Rule(not_requester=True, people=("ann", "bob", "eve"))
    assert who(rule, ANN, (BOB,)) == "eve, but not Ann and Bob, whose words it follows"
