"""A session of several tasks as one file: each keeps its plan."""

from __future__ import annotations

from pathlib import Path

from web_house import open_bench, tab

from runtime.testing.model import Line


def planned(title: str) -> Line:
    return Line(calls=(("plan", {"steps": [{"title": title}]}),))


async def test_older_tasks_keep_their_plan(tmp_path: Path) -> None:
    script = (
        planned("Dig a hole"),
        Line(text="Dug."),
        planned("Fill the hole"),
        Line(text="Full."),
    )
    async with open_bench(tmp_path, *script) as bench:
        async with tab(bench) as client:
            for words in ("Dig <here>", "Fill it"):
                await client.send(type="message", text=words)
                await client.event("run_finished")
        async with bench.http.get("/sessions/t/export") as answer:
            page = await answer.text()
    places = [page.index(text) for text in ("Dig &lt;here&gt;", "Dig a hole", "Fill the hole")]
    assert "<h2>Plan: Dig &lt;here&gt;</h2>" in page
    assert places == sorted(places)
    assert "shows its plan here" not in page
