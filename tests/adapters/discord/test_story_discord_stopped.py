"""What people read in Discord stays there when the task is stopped."""

from __future__ import annotations

import asyncio
from pathlib import Path

from discord_story import is_answer, runs, shown, story

from runtime.ports import Output
from runtime.testing.model import Line

LONG = " ".join(f"w{n}" for n in range(900))


async def test_an_answer_that_is_stopped_stays_and_says_so(tmp_path: Path) -> None:
    async with story(tmp_path, Line(text=LONG, pieces=8)) as there:
        there.model.hold(0, 6)
        thread = await there.thread(there.call("tell all"))
        begun = LONG[: len(LONG) * 5 // 8].split()[-4:-2]
        await there.until(lambda: all(word in there.answers(thread) for word in begun))
        before = len([m for m in there.discord.said(thread) if is_answer(m)])
        there.discord.say(there.ann, thread, "Abbrechen!")
        await there.until(lambda: "Stopped" in there.answers(thread))
        assert all(word in there.answers(thread) for word in begun)
        await there.stands(thread, "Stopped by Ann.")
        assert len([m for m in there.discord.said(thread) if is_answer(m)]) >= before


async def test_what_a_stopped_command_wrote_stays_on_the_card(tmp_path: Path) -> None:
    call = Line(calls=(("shell", {"command": "./steps.sh"}),))
    async with story(tmp_path, call, Line(text="never")) as there:
        output = "".join(f"step {n} of 60\n" for n in range(1, 9))
        there.sandbox.on(runs("./steps.sh"), Output(output), until=asyncio.Event())
        thread = await there.thread(there.call("count"))
        await there.stands(thread, "step 8 of 60")
        there.discord.say(there.ann, thread, "🛑")
        card = await there.stands(thread, "Stopped by Ann.")
        assert "./steps.sh" in shown(card)
        assert "was stopped" in shown(card)
        assert "step 8 of 60" in shown(card)
