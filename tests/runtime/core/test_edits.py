"""Messages that their authors change or take back: the newest words are what counts."""

from __future__ import annotations

from typing import Any

from core_log import ANN, BOB, RUN, Log, said, turned

from runtime.decide.next import Wait
from runtime.events import MessageEdited, Outcome, RunFinished
from runtime.facts import Fact, key_of
from runtime.folds.context import context
from runtime.folds.view import project
from runtime.ids import SessionId
from runtime.live.hub import envelope_of
from runtime.ports import Said
from runtime.view import ThreadView


def changed(text: str = "", message_id: str = "2", revision: str = "r1", **more: Any) -> Fact:
    return MessageEdited(channel="", message_id=message_id, revision=revision, text=text, **more)


def words(log: Log) -> list[str]:
    return [m.text for m in context(log.entries) if isinstance(m, Said)]


def test_words_that_nobody_read_are_read_in_their_newest_form() -> None:
    log = Log().started()
    log.add(said("use port 8000", message_id="2"), said("and tabs", BOB, "3"))
    log.add(changed("use port 9000"), changed("use port 9001", revision="r2"))
    assert words(log) == ["do it", "use port 9001", "and tabs"]
    assert log.state.inbox[0].message.text == "use port 9001"


def test_of_words_that_were_read_the_change_is_told() -> None:
    log = Log().started()
    log.add(said("use port 8000", message_id="2"))
    log.add(turned(seen=log.state.head, text="x"), changed("use port 9000"))
    *_, note = words(log)
    assert note.startswith("[Its author changed this message")
    assert note.endswith("use port 9000")


def test_words_that_change_while_they_are_read_are_told_and_start_nothing() -> None:
    log = Log().started()
    log.add(said("use port 8000", message_id="2"))
    seen = log.state.head
    log.add(changed("use port 9000"), turned(seen=seen, text="x"))
    assert log.state.inbox == ()
    assert words(log)[-1].endswith("use port 9000")


def test_words_that_are_taken_back_in_time_are_not_read() -> None:
    log = Log().started()
    log.add(
        said("use port 8000", message_id="2"),
        said("what fun", BOB, "3", aside=True, overheard=True),
    )
    log.add(changed(deleted=True), changed(message_id="3", deleted=True))
    log.add(said("go on", message_id="4"))
    assert words(log) == ["do it", "go on"]
    assert len(log.state.inbox) == 1


def test_a_request_that_is_taken_back_before_its_task_begins_begins_none() -> None:
    log = Log()
    log.add(said("do it"), changed(message_id="1", deleted=True))
    assert log.decide() == Wait(None)


def test_talk_that_changes_is_read_as_it_is_now() -> None:
    log = Log().started()
    log.add(said("it is Monday", BOB, "2", aside=True, overheard=True), changed("it is Tuesday"))
    log.add(said("which day?", message_id="3"))
    assert "it is Tuesday" in words(log)
    assert "it is Monday" not in words(log)


def test_talk_that_becomes_a_call_is_read_once() -> None:
    log = Log()
    log.add(said("list primes", message_id="2", aside=True, overheard=True))
    log.add(said("list primes", message_id="2", edited=True))
    assert words(log) == ["list primes"]


def test_a_call_by_an_edit_stands_beside_the_message_and_only_once() -> None:
    first, call = said("primes", channel="c"), said("primes", channel="c", edited=True)
    assert [key_of(fact, RUN) for fact in (first, call)] == ["said:c:1", "said:c:1:edited"]
    once, twice = changed("a"), changed("a", revision="r2")
    assert key_of(once, None) != key_of(twice, None)


def test_an_edit_of_what_is_not_on_the_record_changes_nothing() -> None:
    log = Log().started()
    before = words(log)
    log.add(changed("hello", "77"), changed(message_id="78", deleted=True))
    assert words(log) == before
    assert log.state.inbox == ()


def test_an_edit_after_the_task_starts_nothing() -> None:
    log = Log().started()
    log.add(turned(seen=log.state.head, text="x"), RunFinished(outcome=Outcome.DONE))
    log.add(changed("do that", "1"))
    assert log.decide() == Wait(None)


def test_people_see_that_a_message_was_changed_or_deleted() -> None:
    log = Log()
    log.add(said("one", ANN, "1"), said("two", BOB, "2"))
    log.add(changed("eins", "1"), changed(message_id="2", deleted=True))
    view = ThreadView(SessionId("5e55"))
    for entry in log.entries:
        envelope = envelope_of(entry)
        assert envelope is not None
        view = project(view, envelope)
    assert [(line.text, line.edited, line.deleted) for line in view.lines] == [
        ("eins", True, False),
        ("", True, True),
    ]
