"""What a typed line means, given what is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.terminal.parsing import Command, Decide, Meaning, Nonsense, Reply, Revoke, Say, understand
from runtime.approvals import Duration, Risk, Rule
from runtime.ids import Actor, ApprovalId, CallId, QuestionId, RunId, SessionId
from runtime.view import GateView, QuestionView, RunView, ThreadView

NOW = datetime(2026, 1, 1, tzinfo=UTC)
RUN = RunView(RunId("s.1"), "title", Actor(id="ann"), "model", NOW)
GATE = GateView(
    ApprovalId("a1"), CallId("c1"), "shell", "rm -rf x", Risk.MEDIUM, "why", Rule(), NOW,
    NOW + timedelta(days=1),
)  # fmt: skip
SECOND = replace(GATE, approval_id=ApprovalId("a2"))
QUESTION = QuestionView(QuestionId("q1"), "ask", "Which?", ("Red", "Blue"))


def view(*, gates: tuple[GateView, ...] = (), asks: tuple[QuestionView, ...] = ()) -> ThreadView:
    return ThreadView(SessionId("s"), runs=(replace(RUN, gates=gates, questions=asks),))


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("y", Decide(GATE, True)),
        (" YES ", Decide(GATE, True)),
        ("n", Decide(GATE, False)),
        ("r", Decide(GATE, True, Duration.RUN)),
        ("15", Decide(GATE, True, Duration.QUARTER)),
        ("1h", Decide(GATE, True, Duration.HOUR)),
        ("t", Decide(GATE, True, Duration.THREAD)),
        ("yes please", Say("yes please")),
        ("/stop", Command("stop")),
    ],
)
def test_while_an_approval_is_open(text: str, meaning: Meaning) -> None:
    assert understand(text, view(gates=(GATE, SECOND))) == meaning


def test_a_decided_gate_gives_way_to_the_next() -> None:
    decided = replace(GATE, decided="approved")
    assert understand("y", view(gates=(decided, SECOND))) == Decide(SECOND, True)
    assert understand("y", view(gates=(decided,))) == Say("y")


@pytest.mark.parametrize(
    ("text", "answer"),
    [("2", "Blue"), ("blue", "Blue"), ("3", "3"), ("green", "green"), ("0", "0")],
)
def test_while_a_question_is_open(text: str, answer: str) -> None:
    assert understand(text, view(asks=(QUESTION,))) == Reply(QUESTION, answer)


def test_decisions_go_to_the_approval_and_words_to_the_question() -> None:
    both = view(gates=(GATE,), asks=(QUESTION,))
    assert understand("y", both) == Decide(GATE, True)
    assert understand("red", both) == Reply(QUESTION, "Red")


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("", None),
        ("   ", None),
        ("do more", Say("do more")),
        ("/pause", Command("pause")),
        ("/revoke 2", Revoke(2)),
        ("/revoke", Nonsense("Write /revoke N with a number of /grants.")),
        ("/revoke x", Nonsense("Write /revoke N with a number of /grants.")),
    ],
)
def test_while_nothing_is_open(text: str, meaning: Meaning | None) -> None:
    assert understand(text, ThreadView(SessionId("s"))) == meaning


@pytest.mark.parametrize("text", ["/stpo", "/stop now", "/"])
def test_unknown_commands_are_named_with_those_that_exist(text: str) -> None:
    meaning = understand(text, view())
    assert isinstance(meaning, Nonsense)
    assert "/stop, /pause" in meaning.text
