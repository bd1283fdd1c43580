"""What people read on the page stays there when the task is stopped, in the replay too."""

from __future__ import annotations

import asyncio
from pathlib import Path

from held_model import HeldModel
from web_house import Bench, open_bench, tab

from runtime.ports import Output
from runtime.testing.model import Line

LONG = " ".join(f"word{n}" for n in range(400))


async def replayed(bench: Bench, thread: str) -> str:
    async with bench.http.get(f"/sessions/{thread}/replay") as answer:
        fragments = (await answer.json())["fragments"]
    return " ".join(fragment["html"] for fragment in fragments)


async def test_an_answer_that_is_stopped_stays(tmp_path: Path) -> None:
    model = HeldModel([Line(text=LONG, thinking="Hm. " * 9, pieces=8)])
    model.hold(0, 12)
    async with open_bench(tmp_path, model=model) as bench, tab(bench, query="?view=1") as page:
        await page.send(type="message", text="Tell all")
        await page.page("word150")
        await page.send(type="message", text="Stop!!")
        pieces = await page.page("Stopped by Ann.")
        await page.page("⏹️ Stopped")
        (answer,) = (html for key, html in pieces.items() if key.startswith("answer:"))
        assert "word150" in answer
        assert "growing" not in answer
        again = await replayed(bench, "t")
        assert "word150" in again
        assert "⏹️ Stopped" in again


async def test_a_stopped_call_keeps_what_it_wrote(tmp_path: Path) -> None:
    call = Line(calls=(("shell", {"command": "./steps.sh"}),))
    async with open_bench(tmp_path, call, Line(text="never")) as bench:
        output = Output("".join(f"step {n} of 60\n" for n in range(1, 9)))
        bench.service.sandbox.on(lambda _: True, output, until=asyncio.Event())
        async with tab(bench, query="?view=1") as page:
            await page.send(type="message", text="Count")
            await page.page("step 8 of 60")
            await page.send(type="stop", run_id="")
            pieces = await page.page("Stopped by Ann while it ran.")
            (shown,) = (html for key, html in pieces.items() if key.startswith("call:"))
            again = await replayed(bench, "t")
        for html in (shown, again):
            assert "step 8 of 60" in html
            assert "./steps.sh" in html


async def test_a_thought_that_is_stopped_stays(tmp_path: Path) -> None:
    model = HeldModel([Line(thinking="I weigh both ways. " * 8, text="never", pieces=4)])
    model.hold(0, 3)
    async with open_bench(tmp_path, model=model) as bench, tab(bench, query="?view=1") as page:
        await page.send(type="message", text="Think")
        await page.page("I weigh both ways.")
        await page.send(type="message", text="halt")
        await page.page("Stopped by Ann.", ", stopped")
        again = await replayed(bench, "t")
        assert "I weigh both ways." in again
        assert ", stopped" in again
