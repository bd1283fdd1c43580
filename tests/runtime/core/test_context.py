"""What the model sees: one result per call, results before words, and a prefix that stays."""

from __future__ import annotations

import pytest
from core_log import ANN, BOB, CALL, EVE, QUESTION, RUN, Log, planned, said, turned
from hypothesis import given
from hypothesis import strategies as st

from runtime.events import (
    MessageReceived,
    Notice,
    Outcome,
    QuestionAnswered,
    QuestionAsked,
    RunFinished,
    ToolCallComplete,
    ToolCallFailed,
    ToolCallStart,
)
from runtime.facts import Claimed, Fact
from runtime.folds.context import context
from runtime.ids import WorkerId, call_id
from runtime.ports import Message, Responded, Returned, Said

BEGUN = ToolCallStart(call_id=CALL, tool="shell", summary="s")


def words(log: Log) -> list[str]:
    """The conversation in short."""
    return [_short(message) for message in context(log.entries)]


def _short(message: Message) -> str:
    match message:
        case Said(text=text, author=author):
            return f"{author}: {text}"
        case Returned(provider_call_id=call, content=content):
            return f"{call} -> {content}"
        case Responded(blob=blob):
            return blob


def done(index: int = 1, turn: int = 1, output: str = "ok") -> tuple[Fact, Fact]:
    """A call from its start to its end."""
    name = call_id(RUN, turn, index)
    start = ToolCallStart(call_id=name, tool="shell", summary="s")
    return start, ToolCallComplete(call_id=name, output=output)


def test_words_carry_their_author_and_their_files() -> None:
    log = Log()
    file = {"name": "a.txt", "artifact": "0" * 64, "size": 1}
    log.add(said("look", actor=BOB, files=(file,)))
    assert words(log) == ["Bob: look\n[attached file attachments/a.txt]"]


def test_asides_are_never_seen() -> None:
    log = Log().started()
    log.add(said("do not tell it", aside=True, message_id="2", actor=EVE), turned(text="x", seen=4))
    log.add(said("nor this", aside=True, message_id="3", actor=EVE))
    assert words(log) == ["Ann: do it", "blob 1 x"]


def test_what_people_watch_is_nothing_for_the_model() -> None:
    log = Log().started()
    log.add(Notice(text="n"), Claimed(worker=WorkerId("w")), turned(planned(), seen=3), BEGUN)
    log.add(QuestionAsked(question_id=QUESTION, question="?", call_id=CALL))
    log.add(QuestionAnswered(question_id=QUESTION, answer="!", actor=ANN))
    log.add(ToolCallComplete(call_id=CALL, output="!"))
    assert words(log) == ["Ann: do it", "blob 1 ", "p1.1 -> !"]


def test_steering_in_mid_turn_lands_in_the_next_request() -> None:
    """It came while the model was speaking: after `seen`, before its turn was appended."""
    log = Log().started()
    log.add(said("faster", message_id="2"), turned(planned(), seen=3), *done())
    assert words(log) == ["Ann: do it", "blob 1 ", "p1.1 -> ok", "Ann: faster"]


def test_results_come_before_words_and_in_the_order_of_the_calls() -> None:
    log = Log().started()
    log.add(turned(planned(1), planned(2), seen=3))
    log.add(said("hurry", message_id="2"), *done(2, output="two"))
    log.add(said("please", message_id="3"), *done(1, output="one"))
    assert words(log)[1:] == [
        "blob 1 ", "p1.1 -> one", "p1.2 -> two", "Ann: hurry", "Ann: please",
    ]  # fmt: skip


def test_a_call_that_never_ended_has_a_result_all_the_same() -> None:
    log = Log().started()
    log.add(turned(planned(1), planned(2), seen=3), *done(1))
    log.add(RunFinished(outcome=Outcome.CANCELLED, reason="Stopped by Bob."))
    log.add(said("again", message_id="2"))
    assert words(log)[1:] == [
        "blob 1 ",
        "p1.1 -> ok",
        "p1.2 -> The task ended before this call was made. It was not run.",
        ": [The task was ended: cancelled. Stopped by Bob.]",
        "Ann: again",
    ]


def test_a_run_that_was_done_leaves_no_note() -> None:
    log = Log().started()
    log.add(turned(text="42", seen=3), RunFinished(outcome=Outcome.DONE))
    assert words(log) == ["Ann: do it", "blob 1 42"]


@pytest.mark.parametrize(
    ("fact", "content"),
    [
        (ToolCallComplete(call_id=CALL, output=""), "(no output)"),
        (ToolCallComplete(call_id=CALL, output="x", exit_code=2), "exit code 2\nx"),
        (
            ToolCallComplete(call_id=CALL, output="x", changed=("+a", "~b")),
            "x\n[changed files: +a ~b]",
        ),
        (ToolCallFailed(call_id=CALL, kind="denied", message="No."), "ERROR (denied): No."),
        (
            ToolCallComplete(call_id=CALL, output="x", notes=("Not all ] was\nlooked at.",)),
            "x\n[note: Not all ) was looked at.]",
        ),
        (
            ToolCallFailed(call_id=CALL, kind="quota", message="Too much.", notes=("n",)),
            "ERROR (quota): Too much.\n[note: n]",
        ),
        (
            ToolCallFailed(call_id=CALL, kind="timeout", message="Late.", output="half"),
            "ERROR (timeout): Late.\nhalf",
        ),
    ],
)
def test_results_in_words(fact: Fact, content: str) -> None:
    log = Log().started()
    log.add(turned(planned(), seen=3), BEGUN, fact)
    assert words(log)[-1] == f"p1.1 -> {content}"


@pytest.mark.parametrize(
    ("fact", "told", "fact_like"),
    [
        (
            ToolCallComplete(call_id=CALL, output="ok", exit_code=0, reported=True),
            "The container reports: exit code 0\nok",
            "exit code 0",
        ),
        (
            ToolCallFailed(call_id=CALL, kind="timeout", message="Late.", reported=True),
            "The container reports: Late.",
            "ERROR (timeout): Late.",
        ),
    ],
)
def test_what_only_the_container_says_is_never_worded_as_fact(
    fact: Fact, told: str, fact_like: str
) -> None:
    log = Log().started()
    log.add(turned(planned(), seen=3), BEGUN, fact)
    answer = words(log)[-1]
    assert told in answer
    assert "Nobody saw this call end" in answer
    assert not answer.removeprefix("p1.1 -> ").startswith(fact_like)


Counts = st.integers(0, 2)
Turn = st.tuples(Counts, Counts, Counts, st.booleans())
"""Calls, words while the model speaks, words while the calls run, and whether one is an aside."""


def talk(log: Log, words: int, *, aside: bool) -> None:
    for _ in range(words):
        name = str(log.state.head)
        log.add(said(f"word {name}", message_id=name, aside=aside))


def play(log: Log, turns: list[tuple[int, int, int, bool]]) -> list[tuple[Message, ...]]:
    """Every request, in order, with its response at the end."""
    requests: list[tuple[Message, ...]] = []
    for number, (calls, speaking, running, aside) in enumerate(turns, start=1):
        request, seen = context(log.entries), log.state.head
        talk(log, speaking, aside=aside)
        all_calls = [planned(n, number) for n in range(1, calls + 2)]
        response = turned(*all_calls, turn=number, seen=seen)
        log.add(response)
        requests.append((*request, Responded(f"blob {number} ")))
        for n in range(1, calls + 2):
            talk(log, running, aside=aside)
            log.add(*done(n, number))
    return requests


@given(st.lists(Turn, min_size=1, max_size=8))
def test_each_request_begins_with_the_one_before_and_its_response(
    turns: list[tuple[int, int, int, bool]],
) -> None:
    log = Log().started()
    requests = play(log, turns)
    for before, after in zip(requests, [*requests[1:], context(log.entries)], strict=True):
        assert after[: len(before)] == before


@given(st.lists(Turn, max_size=8))
def test_every_call_has_exactly_one_result_right_after_its_turn(
    turns: list[tuple[int, int, int, bool]],
) -> None:
    log = Log().started()
    play(log, turns)
    left = list(context(log.entries))
    for number, (calls, *_) in enumerate(turns, start=1):
        place = left.index(Responded(f"blob {number} "))
        results = left[place + 1 : place + calls + 2]
        assert results == [Returned(f"p{number}.{n}", "shell", "ok") for n in range(1, calls + 2)]
    assert sum(isinstance(message, Returned) for message in left) == sum(
        calls + 1 for calls, *_ in turns
    )


@given(st.lists(Turn, max_size=8))
def test_every_word_is_seen_once_and_no_aside(turns: list[tuple[int, int, int, bool]]) -> None:
    log = Log().started()
    play(log, turns)
    seen = [message.text for message in context(log.entries) if isinstance(message, Said)]
    facts = [entry.fact for entry in log.entries]
    spoken = [f.text for f in facts if isinstance(f, MessageReceived) and not f.aside]
    assert seen == spoken


def test_the_closing_turn_is_told_why_no_tools_are_left() -> None:
    log = Log().started()
    ask = QuestionAsked(question_id=QUESTION, kind="budget", question="?", options=("stop",))
    log.add(ask, QuestionAnswered(question_id=QUESTION, answer="stop", actor=ANN))
    last = context(log.entries)[-1]
    assert isinstance(last, Said)
    assert "no tools are left" in last.text
