"""A person and a session, on the real runtime and journal with a scripted model."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.service import Service
from bot.terminal.client import Client
from bot.terminal.keyboard import END, HANGUP, INTERRUPT
from runtime.clock import SystemClock
from runtime.ids import Actor, Address, session_id
from runtime.testing.model import Line

ADDRESS = Address(platform="terminal", thread="t1")
ANN = Actor(id="ann", name="Ann")
DELETE = Line(calls=(("shell", {"command": "rm -rf build"}),))
ASK = Line(calls=(("ask", {"question": "Which?", "options": ["Red", "Blue"]}),))
DONE = Line(text="All **done**.", thinking="Hm.")

pytestmark = pytest.mark.usefixtures("tmp_path")


async def sit(service: Service, terminal: Any, task: str | None = "do it") -> int:
    try:
        async with asyncio.timeout(60):
            return await Client(service, terminal, ADDRESS, ANN, SystemClock()).run(task)
    except TimeoutError:
        pytest.fail(f"it hangs after:\n{terminal.text}")


async def test_a_question_is_answered(open_fake_house: Any, terminal: Any) -> None:
    async with open_fake_house(DONE) as service:
        person = terminal()
        assert await sit(service, person) == 0
    assert "> Ann: do it" in person.text
    assert "All **done**." in person.text
    assert "✓ Done" in person.text


async def test_an_approval_is_given_at_the_prompt(open_fake_house: Any, terminal: Any) -> None:
    async with open_fake_house(DELETE, ASK, DONE) as service:  # the question keeps it from ending
        person = terminal(("Approval needed", "1h"), ("Which?", "/grants"), (" more, by Ann", "2"))
        assert await sit(service, person) == 0
    assert "Approved by Ann for 1 hour" in person.text
    assert "  │ rm -rf build" in person.text
    assert "by Ann" in person.text.split("/revoke 1")[1]


async def test_an_approval_is_refused(open_fake_house: Any, terminal: Any) -> None:
    async with open_fake_house(DELETE, DONE) as service:
        person = terminal(("Approval needed", "n"))
        assert await sit(service, person) == 0
    assert "✗ Denied by Ann" in person.text


async def test_a_question_of_the_model(open_fake_house: Any, terminal: Any) -> None:
    async with open_fake_house(ASK, DONE) as service:
        person = terminal(("type a number", "2"))
        assert await sit(service, person) == 0
    assert "> Ann: Blue" in person.text


async def test_a_failed_task(open_fake_house: Any, terminal: Any) -> None:
    from runtime.errors import ModelRefused

    async with open_fake_house(Line(fails=ModelRefused("The key is wrong."))) as service:
        person = terminal()
        assert await sit(service, person) == 1
    assert "✗ Failed: The key is wrong" in person.text


async def test_ctrl_c_stops_the_task(open_fake_house: Any, terminal: Any) -> None:
    async with open_fake_house(DELETE, DONE) as service:
        person = terminal(("Approval needed", INTERRUPT))
        assert await sit(service, person) == 130
    assert "Stopping." in person.text
    assert "■ Stopped by Ann" in person.text


async def test_a_hangup_leaves_at_once(open_fake_house: Any, terminal: Any) -> None:
    async with open_fake_house(DELETE, DONE) as service:
        pipe = terminal(("Approval needed", HANGUP), interactive=False)
        assert await sit(service, pipe) == 130
    assert "Stopping" not in pipe.text


async def test_commands(open_fake_house: Any, terminal: Any) -> None:
    async with open_fake_house(DELETE, DONE) as service:
        person = terminal(
            ("Approval needed", "/status"),
            ("no container yet", "/help"),
            ("Take a permission back", "/revoke 7"),
            ("There is no permission 7", "/nonsense"),
            ("There is no /nonsense", "/pause"),
            ("Paused by Ann", "/resume"),
            ("Resumed by Ann", "t"),
        )
        assert await sit(service, person) == 0
    assert "✓ Approved by Ann for this thread" in person.text


async def test_whoever_leaves_comes_back_to_the_same_place(
    open_fake_house: Any, terminal: Any
) -> None:
    async with open_fake_house(DELETE, DONE) as service:
        first = terminal(("Approval needed", END))
        assert await sit(service, first) == 130
    assert f"python -m bot run --session {session_id(ADDRESS)}" in first.text
    async with open_fake_house(DELETE, DONE) as service:
        second = terminal(("Approval needed", "y"))
        assert await sit(service, second, None) == 0
    assert "> Ann: do it" in second.text
    assert "✓ Done" in second.text


async def test_a_session_that_is_idle_is_shown_and_left(
    open_fake_house: Any, terminal: Any
) -> None:
    async with open_fake_house(DONE) as service:
        assert await sit(service, terminal()) == 0
        again = terminal()
        assert await sit(service, again, None) == 0
    assert again.text.count("✓ Done") == 1


async def test_a_second_task_shows_only_what_is_new(open_fake_house: Any, terminal: Any) -> None:
    async with open_fake_house(DONE) as service:
        assert await sit(service, terminal(), "first") == 0
        again = terminal()
        assert await sit(service, again, "second") == 0
    assert "first" not in again.text
    assert again.text.startswith("> Ann: second")


async def test_a_task_that_comes_while_a_gate_is_open_shows_the_gate(
    open_fake_house: Any, terminal: Any
) -> None:
    async with open_fake_house(DELETE, DONE) as service:
        assert await sit(service, terminal(("Approval needed", END)), "first") == 130
        again = terminal(("Approval needed", "y"))
        assert await sit(service, again, "and quickly") == 0
    assert again.text.index("Approval needed") < again.text.index("and quickly")


async def test_piped_decisions_wait_for_their_approval(open_fake_house: Any, terminal: Any) -> None:
    async with open_fake_house(DELETE, DONE) as service:
        pipe = terminal(("", "y"), ("", END), interactive=False)
        assert await sit(service, pipe) == 0
    assert "✓ Approved by Ann once" in pipe.text


async def test_a_pipe_that_ends_leaves_an_open_approval(
    open_fake_house: Any, terminal: Any
) -> None:
    async with open_fake_house(DELETE, DONE) as service:
        pipe = terminal(("", END), interactive=False)
        assert await sit(service, pipe) == 1
    assert "nobody can decide" in pipe.text
    assert "--session" in pipe.text


async def test_a_delivered_file_is_saved(
    open_fake_house: Any, terminal: Any, tmp_path: Path
) -> None:
    write = Line(calls=(("write_file", {"path": "a.txt", "content": "hello"}),))
    deliver = Line(calls=(("deliver", {"path": "a.txt"}),))
    async with open_fake_house(write, deliver, DONE) as service:
        person = terminal()
        assert await sit(service, person) == 0
    path = tmp_path / "delivered" / session_id(ADDRESS) / "a.txt"
    assert path.read_text() == "hello"
    assert f"saved as {path}" in person.text


# What is longer than its pattern can read is judged high.
HIGH = Line(calls=(("shell", {"command": "true " + "x" * 70_000}),))


async def test_a_high_risk_for_longer_takes_a_second_step(
    open_fake_house: Any, terminal: Any
) -> None:
    async with open_fake_house(HIGH, ASK, DONE) as service:
        person = terminal(
            ("Approval needed · high risk", "1h"), ("type confirm", "confirm"), ("Which?", "2")
        )
        assert await sit(service, person) == 0
    assert "approve for 1 hour, so that more than this one call" in person.text
    assert "✓ Approved by Ann for 1 hour" in person.text


async def test_another_word_is_no_second_step(open_fake_house: Any, terminal: Any) -> None:
    async with open_fake_house(HIGH, ASK, DONE) as service:
        person = terminal(
            ("Approval needed · high risk", "t"),
            ("type confirm", "what does it do?"),
            ("> Ann: what does it do?", "confirm"),
            ("nothing to confirm", "y"),
            ("Which?", "2"),
        )
        assert await sit(service, person) == 0
    assert "✓ Approved by Ann once" in person.text
    assert "for this thread" not in person.text.split("✓ Approved")[1]


async def test_once_takes_one_step(open_fake_house: Any, terminal: Any) -> None:
    async with open_fake_house(HIGH, DONE) as service:
        person = terminal(("Approval needed · high risk", "y"))
        assert await sit(service, person) == 0
    assert "✓ Approved by Ann once" in person.text
    assert "confirm" not in person.text
