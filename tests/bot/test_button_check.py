"""A press decides what was seen: what changed since, and what an old button never said, is refused
on the spot, and drawn again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from chat_service import ANN, BOB, HERE, PATIENCE, ChatHouse
from pydantic import JsonValue

from adapters.layout.seals import gate_seal, question_seal
from adapters.ports.button import ButtonToken, parse
from adapters.ports.inbound import Accepted, Refused
from bot.button_check import CHANGED
from runtime.approvals import Duration, Risk, Rule, Subject
from runtime.events import ApprovalRequired
from runtime.ids import ApprovalId, CallId, QuestionId, session_id
from runtime.journal import SqlJournal
from runtime.testing.model import Line
from runtime.view import QuestionView

AT = datetime(2026, 1, 1, tzinfo=UTC)
DELETE = Line(calls=(("shell", {"command": "rm -rf build"}),))
ASK = Line(calls=(("ask", {"question": "Which colour?", "options": ["red", "blue"]}),))
ASKED = ApprovalRequired(
    approval_id=ApprovalId("s.1.t1.1.a1"), call_id=CallId("s.1.t1.1"), tool="shell",
    operation="rm -rf build", risk=Risk.MEDIUM, why="deletes a folder", rule=Rule(),
    subject=Subject(value="rm -rf build"), digest="0" * 64, expires_at=AT,
)  # fmt: skip


@pytest.mark.parametrize(
    "changed",
    [
        {"operation": "rm -rf build "},
        {"operation": "rm -rf bu\u0456ld"},
        {"digest": "1" * 64},
        {"risk": Risk.HIGH},
        {"rule": Rule(votes=2)},
        {"rule": Rule(people=("dana",))},
        {"subject": Subject(kind="path", value="/")},
        {"tool": "python"},
        {"why": "the configuration asks for it"},
    ],
    ids=str,
)
def test_whatever_is_decided_is_sealed(changed: dict[str, object]) -> None:
    other = ASKED.model_copy(update=changed)
    assert gate_seal(other, "once") != gate_seal(ASKED, "once")


def test_times_and_reminders_are_no_part_of_it() -> None:
    later = {"expires_at": AT + timedelta(hours=1), "remind_at": AT}
    assert gate_seal(ASKED.model_copy(update=later), "once") == gate_seal(ASKED, "once")


def test_each_choice_has_a_seal_of_its_own() -> None:
    choices = [*(duration.value for duration in Duration), "deny"]
    assert len({gate_seal(ASKED, choice) for choice in choices}) == len(choices)
    question = QuestionView(QuestionId("s.1.q1"), "ask", "Which?", ("red", "blue"))
    seals = {question_seal(question, place) for place in ("0", "1", "2", "-1", "x", "\u0663")}
    assert len(seals) == 3, "of what is no option there is only the question"


def unsealed(token: ButtonToken) -> ButtonToken:
    old = parse(f"{token.kind}/{token.id}/{token.choice}")
    assert old is not None
    return old


def of_another_choice(token: ButtonToken) -> ButtonToken:
    return replace(token, choice="thread" if token.kind == "gate" else "1")


Forge = Callable[[ButtonToken], ButtonToken]


def invented(token: ButtonToken) -> ButtonToken:
    return replace(token, seal="x" * 8)


@pytest.mark.parametrize("forge", [unsealed, of_another_choice, invented])
@pytest.mark.parametrize(("line", "kind"), [(DELETE, "gate"), (ASK, "question")])
async def test_a_press_that_saw_something_else_decides_nothing(
    tmp_path: Path, forge: Forge, line: Line, kind: str
) -> None:
    async with ChatHouse(tmp_path, [line, Line(text="So be it.")]).open() as service:
        await service.mention("Delete it")
        first = next(iter((await service.until(lambda: service.buttons(kind))).values()))
        assert await service.press(forge(first)) == Refused(CHANGED.text)
        assert service.text() == ""
        assert await service.press(first) == Accepted()
        await service.until(lambda: service.text() == "So be it.")


async def test_votes_and_replies_leave_a_button_what_it_is(tmp_path: Path) -> None:
    async with ChatHouse(tmp_path, [DELETE, Line(text="So be it.")]).open() as service:
        await service.mention("Delete it")
        found = await service.until(lambda: service.buttons("gate"))
        assert isinstance(await service.press(found["Approve"], BOB), Refused)
        assert await service.say("We need before.csv", BOB) == Accepted()
        assert await service.press(found["Approve"], ANN) == Accepted()


async def test_an_old_button_is_drawn_anew_when_somebody_presses_it(tmp_path: Path) -> None:
    """As after an upgrade: what stands there was posted by a version that sealed nothing."""
    service = ChatHouse(tmp_path, [DELETE, Line(text="So be it.")])
    async with service.open():
        await service.mention("Delete it")
        found = await service.until(lambda: service.buttons("gate"))
        (message,) = [m for m in service.books.messages if m.key.startswith("gate:")]
        await posted_by_an_old_version(service, message.key)
    posted = len(message.said)
    async with service.open():
        assert await service.press(unsealed(found["Approve"])) == Refused(CHANGED.text)
        await service.until(lambda: len(message.said) > posted)
        assert await service.press(service.buttons("gate")["Approve"]) == Accepted()
        await service.until(lambda: service.text() == "So be it.")


async def posted_by_an_old_version(service: ChatHouse, key: str) -> None:
    """What that one noted of its message is no digest of what is drawn now."""
    journal = service.manager.service.journal
    assert isinstance(journal, SqlJournal)
    async with asyncio.timeout(PATIENCE):
        noted = await journal.refs.lookup(session_id(HERE), key)
        while noted is None or noted.ref is None:
            noted = await journal.refs.lookup(session_id(HERE), key)
    word = cast(dict[str, JsonValue], noted.ref)
    await journal.refs.record(session_id(HERE), key, word | {"sent": "0" * 16})
