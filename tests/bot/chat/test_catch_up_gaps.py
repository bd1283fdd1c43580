"""What was missed is taken up whatever was heard after it, and whatever else happened since."""

from __future__ import annotations

from pathlib import Path

import pytest
from chat_service import BOB, HERE, ChatHouse

from adapters.ports.inbound import Accepted, Mention, Refused, Reply
from bot.chat import catch_up
from bot.chat.catch_up import OVERLAP, CatchUp
from bot.chat.seen import Seen
from bot.chat.thread_reader import ThreadReader
from runtime.testing.clock import ManualClock
from runtime.testing.model import Line

ASK = Line(calls=(("ask", {"question": "Which colour?"}),))


async def waiting(service: ChatHouse) -> None:
    await service.mention("Paint")
    await service.until(lambda: service.cards("question"))


async def test_a_missed_reply_is_not_lost_to_one_that_was_heard_after_it(tmp_path: Path) -> None:
    service = ChatHouse(tmp_path, [ASK, Line(text="Painted.")])
    async with service.open():
        service.write("Long before", BOB)
        await waiting(service)
        service.write("blue")
        assert await service.say("and soon", BOB) == Accepted()
        await service.context.missed("memory")
        await service.context.missed("memory")
        heard = await service.heard()
    assert sorted(heard) == ["Paint", "and soon", "blue"], "each once, and nothing older"


async def test_a_gap_that_could_not_be_read_is_left_to_the_next_catch_up(tmp_path: Path) -> None:
    service = ChatHouse(tmp_path, [ASK, Line(text="Painted.")])
    async with service.open():
        await waiting(service)
        clock = ManualClock(service.clock.now())
        missing = late(service, clock)
        service.write("blue")
        service.books.faults.append("unanswered")
        await missing.take_up("memory")
        await service.say("and soon", BOB)
        clock.advance(10 * OVERLAP.total_seconds())
        await missing.take_up("memory")
        assert sorted(await service.heard()) == ["Paint", "and soon", "blue"]


async def test_what_was_refused_is_not_done_when_it_is_read_again(tmp_path: Path) -> None:
    """It left nothing on the record, and a new task runs by now."""
    service = ChatHouse(tmp_path, [Line(text="Hello."), ASK])
    async with service.open():
        await service.mention("Hi")
        await service.until(lambda: service.text() == "Hello.")
        assert isinstance(await service.say("stop", BOB), Refused)
        await waiting(service)
        await service.context.missed("memory")
        (asked,) = service.cards("question")
        assert asked.state == "open"


async def test_a_task_that_waits_is_read_however_many_threads_are_newer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Hundreds of threads would show the same, slowly.
    monkeypatch.setattr(catch_up, "SESSIONS", 1)
    monkeypatch.setattr(catch_up, "THREADS", 1)
    service = ChatHouse(tmp_path, [ASK, Line(text="Painted.")])
    newer = HERE.model_copy(update={"thread": "newer"})
    async with service.open():
        await waiting(service)
        await service.context.receive(Mention(newer, BOB, "9001", "Paint", HERE.channel))
        await service.until(lambda: len(service.cards("question")) == 2)
        await service.context.receive(Reply(newer, BOB, "9002", "red", HERE.channel))
        await service.until(lambda: service.text() == "Painted.")
    service.write("blue")
    async with service.open():
        await service.until(lambda: service.text() == "Painted.|Painted.")


STEPS = pytest.mark.parametrize("step", [-600.0, 25 * 3600.0], ids=["back", "ahead"])


def late(service: ChatHouse, clock: ManualClock) -> CatchUp:
    """One that heard nothing yet, by a clock of its own."""
    reader = ThreadReader(service.platforms.surface, service.platforms.pacer)
    return CatchUp(service.manager.service.journal, reader, service.context.receive, Seen(), clock)


@STEPS
async def test_a_step_of_the_clock_hides_no_reply_that_another_overtook(
    tmp_path: Path, step: float
) -> None:
    service = ChatHouse(tmp_path, [ASK, Line(text="Painted.")])
    async with service.open():
        await waiting(service)
        clock = ManualClock(service.clock.now())
        missing = late(service, clock)
        service.write("blue")
        assert await service.say("and soon", BOB) == Accepted()
        clock.step(step)
        await missing.take_up("memory")
        assert sorted(await service.heard()) == ["Paint", "and soon", "blue"]


@STEPS
async def test_a_step_of_the_clock_makes_no_thread_old(tmp_path: Path, step: float) -> None:
    service = ChatHouse(tmp_path, [Line(text="Hello."), Line(text="Painted.")])
    async with service.open():
        await service.mention("Hi")
        await service.until(lambda: service.text() == "Hello.")
        clock = ManualClock(service.clock.now())
        missing = late(service, clock)
        service.write("And paint it")
        clock.step(step)
        await missing.take_up("memory")
        await service.until(lambda: service.text() == "Hello.|Painted.")
