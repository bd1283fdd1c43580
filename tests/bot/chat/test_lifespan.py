"""A task in a thread, from its mention to its answer: real desk, journal and settler."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from chat_service import ANN, BOB, HERE, ChatHouse, words

from adapters.ports.button import ButtonToken
from adapters.ports.cards import Asked, GateFacts, Heading, Steps
from adapters.ports.inbound import Accepted, Refused
from runtime.events import Outcome, Phase
from runtime.ids import session_id
from runtime.journal import SqlJournal
from runtime.lock_watch import Unshared
from runtime.ports import Message
from runtime.testing.model import Line

PLAN = {"steps": [{"id": "1", "title": "Look"}, {"id": "2", "title": "Clean up"}]}
DELETE = Line(calls=(("shell", {"command": "rm -rf build"}),))
LONG = "Everything is clean.\n\n" + "```sh\nls\n```\n\n" * 30


def answers(messages: Sequence[Message]) -> Line:
    return Line(text=f"{LONG}{words(messages)[-1]}")


def told(service: ChatHouse) -> bool:
    cards = service.cards("run")
    return bool(cards) and all(card.state == "done" for card in cards)


async def gate(service: ChatHouse) -> dict[str, ButtonToken]:
    return await service.until(lambda: service.buttons("gate"))


async def test_a_task_from_its_mention_to_the_next_one(tmp_path: Path) -> None:
    script = [Line(calls=(("plan", PLAN),)), DELETE, answers, Line(text="Nothing.")]
    async with ChatHouse(tmp_path, script).open() as service:
        assert await service.mention("Clean the folder") == Accepted()
        buttons = await gate(service)
        (facts,) = service.blocks("gate", GateFacts)
        assert facts.tool == "shell"
        (steps,) = await service.until(lambda: service.blocks("run", Steps))
        assert [row.title for row in steps.rows] == ["Look", "Clean up"]
        assert service.cards("gate")[0].notify == (ANN.id,)

        refused = await service.press(buttons["Approve"], BOB)
        assert isinstance(refused, Refused)
        assert "Ann" in refused.text
        assert await service.say("And be quick", BOB) == Accepted()
        assert await service.press(buttons["Approve"]) == Accepted()

        await service.until(lambda: service.text() and told(service))
        assert service.text() == f"{LONG}Bob: And be quick", "exact, though it stands in parts"
        (decided,) = service.blocks("gate", GateFacts)
        assert decided.decision is not None
        assert decided.decision.actors == (ANN,)
        assert service.buttons("gate") == {}
        (heading,) = service.blocks("run", Heading)
        assert heading.outcome is Outcome.DONE

        assert await service.say("What is left?", BOB) == Accepted()
        await service.until(lambda: service.text().endswith("|Nothing."))
        assert len(service.cards("run")) == 1, "a small question gets just its answer"


async def test_the_first_sign_comes_before_the_model(tmp_path: Path) -> None:
    service = ChatHouse(tmp_path, [Line(text="Hello.")])
    begin = service.model.hold(0, 0)
    async with service.open():
        await service.mention("Hi")
        first, *_ = await service.until(lambda: service.books.signals)
        assert first == ("1", Phase.PLANNING)
        begin.set()
        await service.until(lambda: service.text() == "Hello.")


async def test_a_team_that_is_not_listed_is_refused_and_leaves_no_trace(tmp_path: Path) -> None:
    service = ChatHouse(tmp_path, [Line(text="Hello.")], teams=("another",))
    async with service.open():
        assert await service.mention("Hi") == Refused("This agent does not serve this place.")
        assert await service.entries() == []
    assert service.books.calls == [], "not even a sign that it was heard"


async def test_a_sign_that_fails_is_no_failure(tmp_path: Path) -> None:
    service = ChatHouse(tmp_path, [Line(text="Hello.")])
    async with service.open():
        service.books.faults.append("rejected")
        assert await service.mention("Hi") == Accepted()
        await service.until(lambda: service.text() == "Hello.")


@pytest.mark.parametrize("order", [(True, False), (False, True)], ids=["yes first", "no first"])
async def test_two_votes_at_once_are_one_decision(tmp_path: Path, order: tuple[bool, bool]) -> None:
    """Whatever is first decides; the other person is told in private."""
    script = [DELETE, Line(text="So be it.")]
    async with ChatHouse(tmp_path, script).open() as service:
        await service.mention("Delete it")
        buttons = await gate(service)
        clicks = [buttons["Approve" if yes else "Deny"] for yes in order]
        receipts = await asyncio.gather(*(service.press(click) for click in clicks))
        won = order[receipts.index(Accepted())]
        assert [type(receipt) for receipt in receipts].count(Refused) == 1
        await service.until(lambda: service.text() == "So be it.")
        (facts,) = service.blocks("gate", GateFacts)
        assert facts.decision is not None
        assert facts.decision.verdict == ("approved" if won else "denied")


async def test_a_click_while_nobody_served_waits_for_its_redelivery(tmp_path: Path) -> None:
    """A restart between the gate and the click: the same message, the same button."""
    script = [DELETE, Line(text="Gone.")]
    service = ChatHouse(tmp_path, script)
    async with service.open():
        await service.mention("Delete it")
        buttons = await gate(service)
    before = service.keys()
    async with service.open():
        assert await service.press(buttons["Approve"]) == Accepted()
        await service.until(lambda: service.text() == "Gone." and told(service))
    assert service.keys()[: len(before)] == before, "the same messages went on"


async def test_a_question_is_answered_by_words_after_a_restart(tmp_path: Path) -> None:
    ask = Line(calls=(("ask", {"question": "Which colour?", "options": ["red", "blue"]}),))
    service = ChatHouse(tmp_path, [ask, Line(text="Painted.")])
    async with service.open():
        await service.mention("Paint")
        await service.until(lambda: service.blocks("question", Asked))
    async with service.open():
        assert await service.say("blue", BOB) == Accepted()
        await service.until(lambda: service.text() == "Painted.")
        (asked,) = service.blocks("question", Asked)
        assert (asked.answer, asked.by) == ("blue", BOB)


async def test_a_thread_of_a_strange_workspace_is_left_alone(tmp_path: Path) -> None:
    service = ChatHouse(tmp_path, [Line(text="Hello.")])
    async with service.open():
        said = service.write("Hi")
        other = HERE.model_copy(update={"team": "elsewhere"})
        assert service.platform.surface(other) is None
        assert await service.context.receive(said) == Accepted()
        await service.until(lambda: service.text() == "Hello.")


async def test_what_comes_after_the_end_is_shown_by_the_next_start(tmp_path: Path) -> None:
    """The platform may deliver something while the service closes."""
    service = ChatHouse(tmp_path, [Line(text="Hello.")])
    async with service.open():
        platforms, journal = service.platforms, service.manager.service.journal
        assert isinstance(journal, SqlJournal)
        sessions = service.manager.sessions
        async with platforms.settlers(journal, sessions, Unshared()) as settling:
            pass
        settling.published(session_id(HERE))
        await service.mention("Hi")
        await service.until(lambda: service.text() == "Hello.")
