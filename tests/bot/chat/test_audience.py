"""Talk among people in a thread of the agent: it starts and steers nothing, shows no sign, and is
read as soon as somebody speaks to the agent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from audience_table import TABLE, Row
from chat_service import ANN, BOB, HERE, ChatHouse, words
from held_model import HeldModel

from adapters.ports.inbound import Accepted, Reply
from bot.chat.audience import audience, situation
from runtime import view
from runtime.errors import ModelError
from runtime.ids import Seq, session_id
from runtime.ports import Message
from runtime.testing.model import Line, ScriptedModel

OPEN = [row for row in TABLE if row.says and row.place != "asked"]
CALL = Line(calls=(("shell", {"command": "rm -rf build"}),))


def heard(messages: Sequence[Message]) -> Line:
    return Line(text=" | ".join(words(messages)))


async def thread(service: ChatHouse) -> view.ThreadView:
    feed = await service.manager.sessions.view(session_id(HERE))
    await feed.aclose()
    return feed.view


async def test_talk_steers_nothing_and_is_read_with_the_next_words(tmp_path: Path) -> None:
    script = [CALL, heard]
    async with ChatHouse(tmp_path, script).open() as service:
        await service.mention("Clean the folder")
        buttons = await service.until(lambda: service.buttons("gate"))
        receipt = await service.say("looks good, thanks Ann!", BOB)
        assert isinstance(receipt, Accepted)
        assert receipt.aside
        await service.say("And be quick", ANN)
        await service.press(buttons["Approve"])
        await service.until(service.text)
        assert service.text() == (
            "Ann: Clean the folder | [What people said among themselves meanwhile. It is context, "
            "not your task.] | Bob: looks good, thanks Ann! | [Here somebody speaks to you:] | "
            "Ann: And be quick"
        )
        (run,) = (await thread(service)).runs
        assert BOB not in run.spoke, "who was not heard has no say in the task"


async def test_talk_starts_nothing_and_shows_no_sign(tmp_path: Path) -> None:
    async with ChatHouse(tmp_path, [Line(text="Done."), heard]).open() as service:
        await service.mention("Clean the folder")
        await service.until(service.text)
        for said in ("@bob what do you think?", "🎉", "brb lunch", "https://tenor.com/view/cat-1"):
            await service.say(said)
        await service.say("which folder was it?")
        await service.until(lambda: len(service.cards("answer")) == 2)
        seen = await thread(service)
        assert len(seen.runs) == 2
        assert [line.overheard for line in seen.lines] == [False, True, True, True, True, False]
        talk = {reply.message_id for reply in service.books.replies[1:5]}
        assert not talk & {message for message, _ in service.books.signals}


async def test_who_spoke_before_the_call_may_be_spoken_to(tmp_path: Path) -> None:
    async with ChatHouse(tmp_path, [Line(text="Done.")]).open() as house:
        house.write("Why is it red?", BOB)
        await house.mention("Look into it")
        await house.until(house.text)
        assert situation(await thread(house), reply("I agree"), "smart").people == ("Bob",)


def reply(text: str) -> Reply:
    return Reply(HERE, ANN, "9", text, HERE.channel)


def many() -> view.ThreadView:
    """A thread in which Bob has spoken, among people."""
    at = datetime.now(UTC)
    said = view.Line(Seq(1), at, BOB, "hi", aside=True, files=(), overheard=True)
    return view.ThreadView(session_id(HERE), lines=(said,))


@pytest.mark.parametrize("row", OPEN, ids=str)
async def test_the_model_decides_what_the_rules_leave_open(row: Row) -> None:
    model = ScriptedModel([Line(text=row.says.upper())])
    run = view.ThreadView(session_id(HERE), lines=many().lines)
    said = reply(row.text)
    assert await audience("smart", model)(said, run) is (row.says == "aether")


@pytest.mark.parametrize(
    ("word", "for_us"), [("AETHER", True), ("people.", False), ("I cannot tell", False)]
)
async def test_the_model_is_asked_where_rules_do_not_decide(word: str, for_us: bool) -> None:
    model = ScriptedModel([Line(text=word)])
    assert await audience("smart", model)(reply("use port 9000"), many()) is for_us
    (asked,) = model.asked
    assert "Ann: use port 9000" in words(asked)[0]


async def test_the_model_is_not_asked_where_rules_decide() -> None:
    model = ScriptedModel([])
    assert not await audience("smart", model)(reply("thanks Bob!"), many())
    assert await audience("always", model)(reply("thanks Bob!"), many())
    assert not await audience("mention", model)(reply("use port 9000"), many())
    assert model.asked == []


async def test_a_model_that_fails_or_hangs_leaves_it_to_what_was_said_before() -> None:
    hanging = HeldModel([Line(text="AETHER")])
    hanging.hold(0, 0)
    failing = ScriptedModel([Line(fails=ModelError("the key is wrong"))])
    for model in (hanging, failing, None):
        for_us = audience("smart", model, patience=0.01)
        assert not await for_us(reply("use port 9000"), many())
        answered = view.ThreadView(
            session_id(HERE), lines=(replace(many().lines[0], overheard=False),)
        )
        assert await for_us(reply("use port 9000"), answered)
