"""A process that is killed between a person's stop and the end of the task."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from core_host import ActingModel, House, shell
from core_log import ANN

from runtime.decide import inbox
from runtime.events import Outcome, ResponseComplete, ResponseStart, ThinkingComplete
from runtime.facts import Fact, StopRequested
from runtime.ports import Appended
from runtime.testing.model import Line

THOUGHT, SPOKEN = "First I count. " * 20, " ".join(f"word{n}" for n in range(400))


def held(folder: Path, line: Line) -> House:
    """The first turn is spoken, and never ends."""

    async def act(turn: int) -> None:
        if turn == 1:
            await asyncio.Event().wait()

    return House(folder, ActingModel((line, Line(text="Yes?")), act=act))


async def stop_in_vain(house: House) -> None:
    """It is on the record, and nobody acts on it any more."""
    house.serving.service.engine.halt()
    answer = await house.serving.sessions.tell(house.address, inbox.stop(ANN, "s"))
    assert isinstance(answer, Appended)


def stop_among(facts: list[Fact]) -> StopRequested:
    return next(fact for fact in facts if isinstance(fact, StopRequested))


@pytest.mark.parametrize("again", [False, True])
async def test_what_was_spoken_stays(tmp_path: Path, again: bool) -> None:
    house = held(tmp_path, Line(thinking=THOUGHT, text=SPOKEN, pieces=8))
    async with house.open():
        await house.say("Tell all")
        await house.until(lambda facts: any(isinstance(f, ResponseStart) for f in facts))
        await stop_in_vain(house)
        (read,) = stop_among(await house.facts()).read
        assert SPOKEN.startswith(read.text)
        assert len(read.text) > 300
    if again:  # and the one that came after it was killed, too
        async with house.open():
            house.serving.service.engine.halt()
    async with house.open():
        assert (await house.ended()).outcome is Outcome.CANCELLED
        facts = await house.facts()
        told = [f for f in facts if isinstance(f, ResponseComplete)]
        assert [(f.text, f.partial) for f in told] == [(read.text, True)]
        assert [f.text for f in facts if isinstance(f, ThinkingComplete)] == [THOUGHT]
        await house.say("Are you there?")
        await house.until(lambda facts: [f.type for f in facts].count("run_finished") == 2)
    assert read.text in str(house.model.asked[-1]), "the model knows what it had begun to say"


async def test_what_was_thought_stays(tmp_path: Path) -> None:
    house = held(tmp_path, shell(thinking=THOUGHT, pieces=4))
    async with house.open():
        await house.say("Tell all")
        await house.until(lambda facts: any(f.type == "thinking_start" for f in facts))
        await stop_in_vain(house)
    async with house.open():
        await house.ended()
        facts = await house.facts()
        (read,) = stop_among(facts).read
        assert THOUGHT.startswith(read.text)
        (kept,) = [f for f in facts if isinstance(f, ThinkingComplete)]
        assert (kept.text, kept.partial) == (read.text, True)
