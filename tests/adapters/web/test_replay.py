"""A replay over HTTP: the page as it was at every step, and nothing in it can be pressed."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

from web_house import Bench, open_bench, tab

from runtime.testing.model import Line

DELETE = Line(thinking="Hm.", calls=(("shell", {"command": "rm -rf build"}),))
END = Line(text="It is gone.")


async def step(bench: Bench, query: str = "") -> dict[str, Any]:
    async with bench.http.get(f"/sessions/t/replay{query}") as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


def page(shown: dict[str, Any]) -> str:
    return " ".join(fragment["html"] for fragment in shown["fragments"])


async def test_every_step_shows_what_was_there_then(tmp_path: Path) -> None:
    async with open_bench(tmp_path, DELETE, END) as bench:
        async with tab(bench) as client:
            await client.send(type="message", text="Delete it")
            gate = (await client.event("approval_required"))["approval_id"]
            await client.send(type="approve", approval_id=gate)
            await client.event("run_finished")
        last = await step(bench)
        steps = [await step(bench, f"?until={seq}") for seq in last["stops"]]
        assert steps[-1] == last
        assert [s["says"].partition(":")[0] for s in steps][:2] == ["Message", "Task"]
        asked = next(s for s in steps if s["says"].startswith("Approval: needed"))
        assert "Approval needed" in page(asked)
        assert "Approved by" not in page(asked)
        assert "Approved by" in page(last)
        assert "It is gone." in page(last)
        assert all("<button" not in page(s) and "<form" not in page(s) for s in steps)
        assert all(s["at"] <= t["at"] for s, t in pairwise(steps))


async def test_a_replay_is_drawn_as_the_page_was(tmp_path: Path) -> None:
    """Without its buttons, the last step is what the socket shows."""
    async with open_bench(tmp_path, END) as bench, tab(bench, query="?view=1") as client:
        await client.send(type="message", text="Delete it")
        await client.page("Done")
        shown = {f["key"]: f["html"] for f in (await step(bench))["fragments"]}
        assert {key: html for key, html in client.fragments.items() if key.startswith("line")} == {
            key: html for key, html in shown.items() if key.startswith("line")
        }
        assert shown.keys() <= client.fragments.keys()


async def test_nothing_to_replay(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        empty = await step(bench)
        assert (empty["stops"], empty["at"]) == ([], None)
        for bad in ("x", "-1", "1" * 16, "٣"):
            query = {"until": bad}
            async with bench.http.get("/sessions/t/replay", params=query) as answer:
                assert answer.status == 400
