"""What people read in Slack stays there when the task is stopped."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from slack_story import open_story

from runtime.errors import ModelBroken
from runtime.ports import Output
from runtime.testing.model import Line

LONG = " ".join(f"word{n}" for n in range(400))
OUTPUT = "".join(f"step {n} of 60\n" for n in range(1, 9))


@pytest.mark.parametrize("direct", [False, True])
@pytest.mark.parametrize("way", ["word", "native"])
async def test_an_answer_that_is_stopped_stays_and_says_so(
    tmp_path: Path, direct: bool, way: str
) -> None:
    async with open_story(tmp_path, [Line(text=LONG, pieces=8)]) as story:
        story.model.hold(0, 4)
        thread = await (story.write("tell all") if direct else story.mention("tell all"))
        await thread.until(lambda: "word150" in json.dumps(thread.shown("answer") or [
            m.blocks for m in thread.ours]))  # fmt: skip
        assert bool(thread.ours[0].stream) is direct
        if way == "word":
            await thread.say("STOP!!")
        else:
            await story.slack.press_stop("ann", thread.channel, thread.root)
        await thread.until(lambda: "Stopped" in thread.shown("answer"))
        assert "word150" in thread.shown("answer")
        assert "word399" not in thread.shown("answer")
        await thread.until(lambda: "Stopped by Ann" in thread.shown("run"))
        thread.standing()


async def test_what_a_stopped_command_wrote_stays_on_the_card(tmp_path: Path) -> None:
    call = Line(calls=(("shell", {"command": "./steps.sh"}),))
    async with open_story(tmp_path, [call, Line(text="never")]) as story:
        story.sandbox.on(lambda argv: "./steps.sh" in argv, Output(OUTPUT), until=asyncio.Event())
        thread = await story.mention("count")
        await thread.until(lambda: "step 8 of 60" in thread.shown("run"))
        await thread.say("cancel please")
        await thread.until(lambda: "Stopped by Ann." in thread.shown("run"))
        shown = thread.shown("run")
        assert "./steps.sh" in shown
        assert "was stopped" in shown
        assert "step 8 of 60" in shown


async def test_a_thought_that_is_stopped_stays_on_the_card(tmp_path: Path) -> None:
    thought = "I weigh the first way against the second. " * 20
    async with open_story(tmp_path, [Line(thinking=thought, text="never", pieces=4)]) as story:
        story.model.hold(0, 3)
        thread = await story.mention("think")
        await thread.until(lambda: "the second" in thread.shown("run"))
        await thread.say("stop")
        await thread.until(lambda: "Stopped by Ann." in thread.shown("run"))
        assert "the second" in thread.shown("run")


async def test_an_answer_that_breaks_off_for_good_stays(tmp_path: Path) -> None:
    broken = Line(text=LONG, fails=ModelBroken("The model's stream ended without an end."))
    async with open_story(tmp_path, [broken]) as story:
        thread = await story.mention("tell all")
        await thread.until(lambda: "broke off here" in thread.shown("answer"))
        assert "word399" in thread.shown("answer")
        assert "Failed" in thread.shown("run")
