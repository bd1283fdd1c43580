"""Stop means stop: orders in other words, in the middle of a call, and beside open questions."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from router_scene import ANN, BOB, HERE, Scene, ended
from web_house import open_web_house

from adapters.ports.inbound import Accepted, InfoReply, Mention, Refused
from runtime.events import Outcome
from runtime.ports import Output
from runtime.testing.model import Line, ScriptedModel

FOUR = Line(calls=tuple(("shell", {"command": f"sleep {n}"}) for n in (4, 5, 6, 7)))
ASK = Line(calls=(("ask", {"question": "It failed. And now?", "options": ["retry", "skip"]}),))
HOLD = ("ask", {"question": "Which service?", "options": ["Stop", "stop the server", "Status"]})


@pytest.mark.parametrize("order", ["STOP!!", "cancel", "halt it", "🛑", "止めて", "basta ya"])
async def test_a_stop_in_mid_call_is_the_last_thing_that_happens(
    tmp_path: Path, order: str
) -> None:
    model = ScriptedModel([FOUR, Line(text="Done.")])
    async with open_web_house(tmp_path, model=model) as service:
        service.sandbox.on(lambda _: True, Output("one\n"), until=asyncio.Event())
        scene = Scene(service)
        await scene.say("Wait")
        await scene.until(lambda v: v.run and any(call.tail for call in v.run.calls))
        assert await scene.say(order, BOB) == Accepted()
        view = await scene.until(ended)
    assert view.run is not None
    assert view.run.outcome is Outcome.CANCELLED
    assert [call.summary for call in view.run.calls] == ["sleep 4"]
    assert len(model.asked) == 1, "no further model call"


@pytest.mark.parametrize(
    "words", ["stop the nginx service", "please stop using tabs", "no stop words"]
)
async def test_words_of_a_task_steer_it(tmp_path: Path, words: str) -> None:
    model = ScriptedModel([FOUR, Line(text="Done.")])
    async with open_web_house(tmp_path, model=model) as service:
        going = asyncio.Event()
        service.sandbox.on(lambda _: True, Output("one\n"), until=going)
        scene = Scene(service)
        await scene.say("Wait")
        await scene.until(lambda v: v.run and any(call.tail for call in v.run.calls))
        assert await scene.say(words) == Accepted()
        going.set()
        view = await scene.until(ended)
    assert view.run is not None
    assert view.run.outcome is Outcome.DONE
    assert words in str(model.asked[-1])


@pytest.mark.parametrize(
    ("words", "answer"),
    [("retry", "retry"), ("Retry.", "retry"), ("2", "skip"), ("the first", "retry"),
     ("SKIP it", "skip"), ("neither of them", "neither of them")],
)  # fmt: skip
async def test_words_are_the_option_that_they_mean(tmp_path: Path, words: str, answer: str) -> None:
    async with open_web_house(tmp_path, ASK, Line(text="Fine.")) as service:
        scene = Scene(service)
        await scene.say("Try")
        await scene.until(lambda v: v.run and v.run.questions)
        assert await scene.say(words) == Accepted()
        view = await scene.until(ended)
        assert view.run is not None
        assert (view.run.questions[0].answer, view.run.outcome) == (answer, Outcome.DONE)
        assert [line.aside for line in view.lines] == [False, True]


@pytest.mark.parametrize("words", ["stop", "Stop!", "STATUS", "stop the server"])
async def test_an_option_goes_before_an_order(tmp_path: Path, words: str) -> None:
    async with open_web_house(tmp_path, Line(calls=(HOLD,)), Line(text="Fine.")) as service:
        scene = Scene(service)
        await scene.say("Ask")
        await scene.until(lambda v: v.run and v.run.questions)
        assert await scene.say(words) == Accepted()
        view = await scene.until(ended)
        assert view.run is not None
        assert view.run.outcome is Outcome.DONE
        assert (view.run.questions[0].answer or "").lower() == words.lower().strip("!")


@pytest.mark.parametrize("words", ["stop", "cancel", "Stopp!"])
async def test_a_stop_that_is_no_option_stops(tmp_path: Path, words: str) -> None:
    async with open_web_house(tmp_path, ASK, Line(text="Fine.")) as service:
        scene = Scene(service)
        await scene.say("Try")
        await scene.until(lambda v: v.run and v.run.questions)
        assert await scene.say(words) == Accepted()
        view = await scene.until(ended)
        assert view.run is not None
        assert view.run.outcome is Outcome.CANCELLED


async def test_a_milder_order_counts_where_it_fits_and_is_said_elsewhere(tmp_path: Path) -> None:
    async with open_web_house(tmp_path, Line(text="Hello."), ASK, Line(text="Fine.")) as service:
        scene = Scene(service)
        assert await scene.say("continue") == Accepted(), "nothing is paused: a task begins"
        await scene.until(ended)
        assert await scene.say("progress") == Accepted(), "nothing runs: a task begins"
        await scene.until(lambda v: v.run and v.run.questions)
        assert isinstance(await scene.say("what's the status?"), InfoReply)
        assert await scene.say("暂停") == Accepted()
        assert await scene.say("pause") == Refused("It is paused already.")
        assert await scene.say("go on") == Accepted()
        assert await scene.say("resume") == Refused("Nothing is paused here.")
        assert await scene.say("skip") == Accepted()
        view = await scene.until(lambda v: len(v.runs) == 2 and ended(v))
    assert [line.text for line in view.lines if not line.aside] == ["continue", "progress"]


async def test_an_order_that_comes_twice_is_one(tmp_path: Path) -> None:
    async with open_web_house(tmp_path, ASK, ASK) as service:
        scene = Scene(service)
        await scene.say("Try")
        await scene.until(lambda v: v.run and v.run.questions)
        stop = Mention(HERE, ANN, "s", "cancel please")
        assert await scene.router.receive(stop) == Accepted()
        await scene.until(ended)
        await scene.say("Try again now")
        await scene.until(lambda v: len(v.runs) == 2 and v.runs[1].questions)
        again = await scene.router.receive(stop)
        assert isinstance(again, Accepted)
        assert again.known, "the second task goes on"
