"""What people said while nobody was connected is taken up once, in order."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from chat_service import ANN, BOB, ChatHouse, words

from adapters.ports.inbound import Accepted
from adapters.testing.memory import Books
from bot.chat.catch_up import read_from
from runtime.events import MessageReceived
from runtime.facts import Entry, Parked
from runtime.ids import Seq, SessionId
from runtime.testing.clock import START
from runtime.testing.model import Line

ASK = Line(calls=(("ask", {"question": "Which colour?"}),))
DELETE = Line(calls=(("shell", {"command": "rm -rf build"}),))


async def test_words_during_an_outage_are_heard_once_and_in_order(tmp_path: Path) -> None:
    service = ChatHouse(tmp_path, [DELETE, Line(text="Done.")])
    async with service.open():
        await service.mention("Delete it")
        buttons = await service.until(lambda: service.buttons("gate"))
    service.write("Wait", BOB)
    service.write("No, go on", BOB)
    async with service.open():
        assert await service.heard() == ["Delete it", "Wait", "No, go on"]
        await service.context.missed("memory")
        assert await service.heard() == ["Delete it", "Wait", "No, go on"]
        await service.press(buttons["Approve"])
        await service.until(lambda: service.text() == "Done.")
    assert words(service.model.asked[-1])[-2:] == ["Bob: Wait", "Bob: No, go on"]


async def test_an_answer_during_an_outage_counts(tmp_path: Path) -> None:
    service = ChatHouse(tmp_path, [ASK, Line(text="Painted.")])
    async with service.open():
        await service.mention("Paint")
        await service.until(lambda: service.cards("question"))
    service.write("blue")
    async with service.open():
        await service.until(lambda: service.text() == "Painted.")


async def test_commands_are_not_obeyed_twice(tmp_path: Path) -> None:
    """A stop that was heard ended its own task; read again, it must not end the next one."""
    service = ChatHouse(tmp_path, [ASK, ASK])
    async with service.open():
        await service.mention("Paint")
        await service.until(lambda: service.cards("question"))
        assert await service.say("stop", BOB) == Accepted()
        await service.until(lambda: not service.buttons("run"))
        await service.say("Paint again")
        await service.until(lambda: len(service.cards("question")) == 2)
        stop = service.books.replies[1]
        assert stop.text == "stop"
        await service.context.receive(stop)
    async with service.open():
        assert await service.heard() == ["Paint", "stop", "Paint again"]
        runs = [card.state for card in service.cards("question")]
    assert runs == ["done", "open"]


async def test_a_thread_that_cannot_be_read_does_not_keep_us_from_serving(tmp_path: Path) -> None:
    service = ChatHouse(tmp_path, [ASK, Line(text="Painted.")])
    async with service.open():
        await service.mention("Paint")
        await service.until(lambda: service.cards("question"))
    service.books.faults.append("rejected")
    async with service.open():
        await service.say("blue")
        await service.until(lambda: service.text() == "Painted.")


async def test_a_limit_is_waited_for(tmp_path: Path) -> None:
    service = ChatHouse(tmp_path, [ASK, Line(text="Painted.")])
    async with service.open():
        await service.mention("Paint")
        await service.until(lambda: service.cards("question"))
    service.write("blue")
    service.books.faults.append("refused")
    async with service.open():
        await service.until(lambda: service.text() == "Painted.")


async def test_another_thread_of_another_platform_is_not_read(tmp_path: Path) -> None:
    service = ChatHouse(tmp_path, [Line(text="Hello.")], Books())
    async with service.open():
        await service.mention("Hi")
        await service.until(lambda: service.text() == "Hello.")
        asked = service.books.calls.count("history")
        await service.context.missed("slack")
        assert service.books.calls.count("history") == asked
        await service.context.missed("memory")
        assert service.books.calls.count("history") == asked + 1


def said(seq: int, name: str, channel: str = "c") -> Entry:
    """On the record at that second."""
    message = MessageReceived(actor=ANN, text="x", message_id=name, channel=channel)
    return Entry(SessionId("s"), Seq(seq), START + timedelta(seconds=seq), None, message)


def test_only_words_of_the_thread_say_where_to_go_on() -> None:
    """Late approvals, commands and words at other doors have names that stand in no thread."""
    others = [
        said(n, str(n), context) for n, context in enumerate(("late", "command", "terminal", ""))
    ]
    parked = Entry(SessionId("s"), Seq(9), START, None, Parked())
    later = START + timedelta(hours=1)
    assert read_from([said(1, "17.1"), *others, parked], later) == "17.1"
    assert read_from([*others, parked], later) == ""


@pytest.mark.parametrize(("since", "after"), [(0, "17.1"), (2, "17.1"), (3, "17.2"), (9, "17.3")])
def test_what_was_heard_since_may_have_overtaken_what_was_missed(since: int, after: str) -> None:
    entries = [said(1, "17.1"), said(2, "17.2"), said(3, "17.3")]
    assert read_from(entries, START + timedelta(seconds=since)) == after
