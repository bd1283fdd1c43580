"""The router on the real runtime: what people do becomes facts, and refusals stay private."""

from __future__ import annotations

from pathlib import Path

import pytest
from router_scene import ANN, BOB, HERE, Scene, ended, keep
from web_house import open_web_house

from adapters.ports import button
from adapters.ports.inbound import (
    Accepted,
    Attachment,
    Command,
    Inbound,
    InfoReply,
    Mention,
    Press,
    Refused,
    Reply,
)
from bot.router import InboundRouter
from runtime.approvals import Duration
from runtime.clock import SystemClock
from runtime.ids import Address, ApprovalId, QuestionId, RunId, session_id
from runtime.testing.model import Line

DELETE = Line(calls=(("shell", {"command": "rm -rf build"}),))
ASK = Line(calls=(("ask", {"question": "Which colour?", "options": ["red", "blue"]}),))


async def test_words_open_a_task_and_approval_lets_it_end(tmp_path: Path) -> None:
    async with open_web_house(tmp_path, DELETE, Line(text="Gone.")) as service:
        scene = Scene(service)
        first = Mention(HERE, ANN, "1", "Delete the build folder")
        assert await scene.router.receive(first) == Accepted()
        again = await scene.router.receive(first)
        assert again == Accepted(), "delivered twice, taken once"
        assert isinstance(again, Accepted)
        assert again.known
        gate = await scene.gate()
        refused = await scene.press(button.approve(gate), BOB)
        assert isinstance(refused, Refused)
        assert "Ann" in refused.text
        assert await scene.press(button.deny(gate)) == Accepted()
        view = await scene.until(ended)
        assert len(view.lines) == 1
        late = await scene.press(button.approve(gate), ANN)
        assert isinstance(late, Refused)


async def test_a_duration_is_an_approval_and_can_be_revoked(tmp_path: Path) -> None:
    async with open_web_house(tmp_path, DELETE, ASK, Line(text="Done.")) as service:
        scene = Scene(service)
        await scene.say("Delete it")
        await scene.press(button.approve(await scene.gate(), Duration.THREAD))
        await scene.until(lambda v: v.grants)
        listed = await scene.say("grants")
        assert isinstance(listed, InfoReply)
        assert listed.body == (
            "1. exactly this command and no other: `rm -rf build` · for this thread, by Ann"
        )
        assert isinstance(await scene.say("revoke 7"), Refused)
        assert await scene.say("revoke 1") == Accepted()
        view = await scene.until(lambda v: not v.grants)
        assert view.grants == ()


async def test_settings_are_looked_up_for_the_place_and_nothing_is_recorded(tmp_path: Path) -> None:
    asked: list[Address] = []

    def settings(address: Address) -> InfoReply:
        asked.append(address)
        return InfoReply("Settings", "mode: ask")

    async with open_web_house(tmp_path) as service:
        scene = Scene(service)
        scene.router = InboundRouter(service.sessions, SystemClock(), keep, settings=settings)
        assert await scene.say("settings") == InfoReply("Settings", "mode: ask")
        command = Command(HERE, ANN, "c1", "settings")
        assert await scene.router.receive(command) == InfoReply("Settings", "mode: ask")
        assert asked == [HERE, HERE]
        assert await service.sessions.list() == []


async def test_words_answer_a_question_and_stay_in_the_thread(tmp_path: Path) -> None:
    async with open_web_house(tmp_path, ASK, Line(text="Fine.")) as service:
        scene = Scene(service)
        await scene.say("Paint")
        await scene.until(lambda v: v.run and v.run.questions)
        assert await scene.say("green", message_id="g") == Accepted()
        assert await scene.say("green", message_id="g") == Accepted()
        view = await scene.until(ended)
        assert view.run is not None
        assert view.run.questions[0].answer == "green"
        assert [line.aside for line in view.lines] == [False, True]


@pytest.mark.parametrize(("choice", "answer"), [(1, "blue"), (0, "red")])
async def test_an_option_is_a_button(tmp_path: Path, choice: int, answer: str) -> None:
    async with open_web_house(tmp_path, ASK, Line(text="Fine.")) as service:
        scene = Scene(service)
        await scene.say("Paint")
        view = await scene.until(lambda v: v.run and v.run.questions)
        assert view.run is not None
        question = view.run.questions[0].question_id
        assert await scene.press(button.answer(question, choice)) == Accepted()
        view = await scene.until(ended)
        assert view.run is not None
        assert view.run.questions[0].answer == answer
        again = await scene.press(button.answer(QuestionId(question), 0))
        assert isinstance(again, Refused)


async def test_words_of_command(tmp_path: Path) -> None:
    async with open_web_house(tmp_path, ASK, Line(text="Fine.")) as service:
        scene = Scene(service)
        assert await scene.say("stop") == Refused("Nothing is running here.")
        assert isinstance(await scene.say("retry"), Refused)
        await scene.say("Paint the fence")
        await scene.until(lambda v: v.run and v.run.questions)
        assert isinstance(await scene.say("retry"), Refused)
        assert await scene.say("pause") == Accepted()
        assert await scene.say("resume") == Accepted()
        assert await scene.say("aside: I like blue") == Accepted()
        status = await scene.say("status")
        assert isinstance(status, InfoReply)
        assert "Waits for an answer: Which colour?" in status.body
        assert await scene.say("Stop!", BOB) == Accepted()
        view = await scene.until(ended)
        asides = [line.text for line in view.lines if line.aside]
        assert asides == ["pause", "resume", "I like blue", "Stop!"]
        assert await scene.say("retry") == Accepted()
        view = await scene.until(lambda v: len(v.runs) == 2)
        assert view.lines[-1].text == "Paint the fence"


async def test_an_old_stop_button_stops_nothing_new(tmp_path: Path) -> None:
    async with open_web_house(tmp_path, Line(text="Hello."), ASK) as service:
        scene = Scene(service)
        await scene.say("Greet")
        first = (await scene.until(ended)).runs[0].run_id
        await scene.say("Ask")
        view = await scene.until(lambda v: len(v.runs) == 2 and v.runs[1].questions)
        stale = await scene.press(button.on_run(first, "stop"))
        assert stale == Refused("This task is over already.")
        assert await scene.press(button.on_run(view.runs[1].run_id, "stop")) == Accepted()
        await scene.until(ended)


async def test_feedback_and_details(tmp_path: Path) -> None:
    async with open_web_house(tmp_path, Line(text="Hello.")) as service:
        scene = Scene(service)
        await scene.say("Greet")
        run = (await scene.until(ended)).runs[0].run_id
        assert await scene.press(button.on_run(run, "good")) == Accepted()
        assert await scene.press(button.on_run(run, "bad")) == Accepted()
        details = await scene.press(button.on_run(run, "details"))
        assert isinstance(details, InfoReply)
        assert details.title == "Greet"
        for unknown in (RunId("x.1"), RunId(f"{session_id(HERE)}.9")):
            assert isinstance(await scene.press(button.on_run(unknown, "bad")), Refused)
            assert isinstance(await scene.press(button.on_run(unknown, "details")), Refused)


async def test_all_of_an_operation_can_be_read(tmp_path: Path) -> None:
    """Also by those who may not decide: they may see the thread."""
    command = "rm -rf build # " + "`x` " * 2_000
    delete = Line(calls=(("shell", {"command": command}),))
    async with open_web_house(tmp_path, delete) as service:
        scene = Scene(service)
        await scene.say("Clean up")
        (gate,) = (await scene.until(lambda v: v.runs and v.runs[0].gates)).runs[0].gates
        info = await scene.press(button.whole(gate.approval_id), BOB)
        assert isinstance(info, InfoReply)
        assert (info.title, info.exact) == ("shell: medium risk", command)
        assert isinstance(await scene.press(button.whole(ApprovalId("x.a1"))), Refused)


async def test_no_link_of_the_model_hides_where_it_leads(tmp_path: Path) -> None:
    ask = Line(calls=(("ask", {"question": "[safe](http://elsewhere.example)?"}),))
    async with open_web_house(tmp_path, ask) as service:
        scene = Scene(service)
        await scene.say("Ask")
        run = (await scene.until(lambda v: v.runs and v.runs[0].questions)).runs[0].run_id
        info = await scene.press(button.on_run(run, "details"))
        assert isinstance(info, InfoReply)
        assert "[safe] (http://elsewhere.example)?" in info.body


@pytest.mark.parametrize(
    "inbound",
    [
        Reply(HERE, ANN, "1", "  "),
        Reply(HERE, ANN, "1", "stop everything", admitted=False),
        Press(HERE, ANN, "1", button.ButtonToken("gate", "none", "once")),
        Press(HERE, ANN, "1", button.ButtonToken("gate", "none", "for-ever")),
        Press(HERE, ANN, "1", button.ButtonToken("question", "none", "-1")),
        Press(HERE, ANN, "1", button.ButtonToken("run", "none", "explode")),
        Command(HERE, ANN, "1", "dance"),
        Command(HERE, ANN, "1", "revoke", "nothing"),
        Command(HERE, ANN, "1", "answer", "nothing at all"),
    ],
)
async def test_nonsense_is_refused_in_words(tmp_path: Path, inbound: Inbound) -> None:
    async with open_web_house(tmp_path, Line(text="Hello.")) as service:
        receipt = await Scene(service).router.receive(inbound)
        assert isinstance(receipt, Refused)
        assert receipt.text.endswith((".", "…"))


async def test_files_come_with_words_or_alone(tmp_path: Path) -> None:
    async with open_web_house(tmp_path, Line(text="Thanks.")) as service:
        scene = Scene(service)
        file = Attachment("h", "a.txt", 3)
        said = Mention(HERE, ANN, "1", "stop", files=(file,))
        assert await scene.router.receive(said) == Accepted(), "with a file it is no command"
        view = await scene.until(ended)
        assert view.lines[0].files[0].name == "a.txt"
