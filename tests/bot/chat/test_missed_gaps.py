"""What was missed is taken up whatever was heard after it, and whatever else happened since."""

from __future__ import annotations

from pathlib import Path

import pytest
from chat_house import BOB, HERE, ChatHouse

from adapters.inbound import Accepted, Mention, Refused, Reply
from bot.chat import missed
from bot.chat.heard import Heard
from bot.chat.missed import OVERLAP, Missed
from bot.chat.reading import ThreadReader
from runtime.testing.clock import ManualClock
from runtime.testing.model import Line

ASK = Line(calls=(("ask", {"question": "Which colour?"}),))


async def waiting(house: ChatHouse) -> None:
    await house.mention("Paint")
    await house.until(lambda: house.cards("question"))


async def test_a_missed_reply_is_not_lost_to_one_that_was_heard_after_it(tmp_path: Path) -> None:
    house = ChatHouse(tmp_path, [ASK, Line(text="Painted.")])
    async with house.open():
        house.write("Long before", BOB)
        await waiting(house)
        house.write("blue")
        assert await house.say("and soon", BOB) == Accepted()
        await house.front.missed("memory")
        await house.front.missed("memory")
        heard = await house.heard()
    assert sorted(heard) == ["Paint", "and soon", "blue"], "each once, and nothing older"


async def test_a_gap_that_could_not_be_read_is_left_to_the_next_catch_up(tmp_path: Path) -> None:
    house = ChatHouse(tmp_path, [ASK, Line(text="Painted.")])
    async with house.open():
        await waiting(house)
        journal, clock = house.manager.house.journal, ManualClock(house.clock.now())
        reader = ThreadReader(house.platforms.surface, house.platforms.pacer)
        late = Missed(journal, reader, house.front.receive, Heard(), clock)
        house.write("blue")
        house.books.faults.append("unanswered")
        await late.take_up("memory")
        await house.say("and soon", BOB)
        clock.advance(10 * OVERLAP.total_seconds())
        await late.take_up("memory")
        assert sorted(await house.heard()) == ["Paint", "and soon", "blue"]


async def test_what_was_refused_is_not_done_when_it_is_read_again(tmp_path: Path) -> None:
    """It left nothing on the record, and a new task runs by now."""
    house = ChatHouse(tmp_path, [Line(text="Hello."), ASK])
    async with house.open():
        await house.mention("Hi")
        await house.until(lambda: house.text() == "Hello.")
        assert isinstance(await house.say("stop", BOB), Refused)
        await waiting(house)
        await house.front.missed("memory")
        (asked,) = house.cards("question")
        assert asked.state == "open"


async def test_a_task_that_waits_is_read_however_many_threads_are_newer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Hundreds of threads would show the same, slowly.
    monkeypatch.setattr(missed, "SESSIONS", 1)
    monkeypatch.setattr(missed, "THREADS", 1)
    house = ChatHouse(tmp_path, [ASK, Line(text="Painted.")])
    newer = HERE.model_copy(update={"thread": "newer"})
    async with house.open():
        await waiting(house)
        await house.front.receive(Mention(newer, BOB, "9001", "Paint", HERE.channel))
        await house.until(lambda: len(house.cards("question")) == 2)
        await house.front.receive(Reply(newer, BOB, "9002", "red", HERE.channel))
        await house.until(lambda: house.text() == "Painted.")
    house.write("blue")
    async with house.open():
        await house.until(lambda: house.text() == "Painted.|Painted.")
