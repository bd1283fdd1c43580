"""Many people at one workbench: what each of them costs."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect
from web_browser import arrive, browser, say, stand_still
from web_house import PATIENCE, open_bench, tab

from adapters.web import server, summaries
from adapters.web.context import WebContext
from adapters.web.rate_limits import Rates
from adapters.web.render import thread
from adapters.web.summaries import Summaries
from runtime.ids import NO_SEQ, Seq, SessionId
from runtime.ports import ViewFeed
from runtime.testing.model import Line


def _few(rate: float, burst: float) -> Rates:
    return Rates(0.0, 1.0)


async def test_files_of_the_page_are_free_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many tabs behind one address load, and a second look costs no content."""
    monkeypatch.setattr(server, "Rates", _few)
    async with open_bench(tmp_path) as bench:
        async with bench.http.get("/static/app.js") as answer:
            assert answer.status == 200
            tag, text = answer.headers["ETag"], await answer.read()
        async with bench.http.get("/static/app.js", headers={"If-None-Match": tag}) as answer:
            assert (answer.status, answer.headers["ETag"], await answer.read()) == (304, tag, b"")
        stale = {"If-None-Match": '"old"'}
        async with bench.http.get("/static/app.js", headers=stale) as answer:
            assert (answer.status, await answer.read()) == (200, text)
        async with bench.http.get("/healthz") as answer:
            assert answer.status == 200
        async with bench.http.get("/healthz") as answer:
            assert answer.status == 429


class Counting:
    """The sessions of a door, and how often each was folded; a fold ends when it may."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.views: list[SessionId] = []
        self.asked = asyncio.Event()
        self.go = asyncio.Event()
        self.go.set()

    async def view(self, session: SessionId, after: Seq = NO_SEQ) -> ViewFeed:
        self.views.append(session)
        self.asked.set()
        await self.go.wait()
        return await self._inner.view(session)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def counted(context: WebContext) -> tuple[Counting, Summaries]:
    sessions: Any = Counting(context.sessions)
    return sessions, Summaries(replace(context, sessions=sessions))


async def spoken(bench: Any, *names: str) -> None:
    for name in names:
        async with tab(bench, name) as client:
            await client.send(type="message", text=f"Hello {name}")
            await client.event("run_finished")


async def test_who_asks_at_once_is_answered_by_one_fold(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        await spoken(bench, "a")
        sessions, known = counted(bench.context)
        sessions.go.clear()
        asking = [asyncio.create_task(known.search("", 50)) for _ in range(9)]
        async with asyncio.timeout(PATIENCE):
            await sessions.asked.wait()
            sessions.go.set()
            found = await asyncio.gather(*asking)
        assert len(sessions.views) == 1
        assert all(rows == found[0] for rows in found)


async def test_what_is_kept_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_bench(tmp_path, Line(text="a"), Line(text="b")) as bench:
        await spoken(bench, "a", "b")
        monkeypatch.setattr(summaries, "_WORDS", 30)
        monkeypatch.setattr(summaries, "_KEPT", 59)
        sessions, known = counted(bench.context)
        for _ in range(2):
            assert len(await known.search("", 50)) == 2
        assert len(sessions.views) == 4, "there is room for one of the two"
        monkeypatch.setattr(summaries, "_KEPT", 60)
        sessions, known = counted(bench.context)
        for _ in range(2):
            assert len(await known.search("web", 50)) == 2
        assert len(sessions.views) == 2


async def test_sockets_are_not_compressed(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        for path in ("/ws/agent/t", "/ws/chat"):
            async with bench.http.ws_connect(path, compress=15) as socket:
                assert socket.compress == 0


async def test_one_more_event_is_one_more_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands in the timeline already is not sent again."""
    monkeypatch.setattr(thread, "_ROWS", 2)
    async with open_bench(tmp_path, Line(text="Hello.")) as bench:
        async with tab(bench, query="?view=1&events=0") as client:
            await client.send(type="message", text="Hi")
            await client.page('<span class="what">done</span>')
            sent = [f["fragment"] for f in client.frames if "fragment" in f]
        rows = {key: html for key, html in client.fragments.items() if key.startswith("timeline")}
        assert rows.keys() == {f"timeline:{first}" for first in range(0, 2 * len(rows), 2)}
        assert all(html.count("<li") <= 2 for html in rows.values())
        first = [
            f["html"] for f in sent if f["key"] == "timeline:0" and f["html"].count("<li") == 2
        ]
        assert len(first) == 1


_COUNTING = """
    const ask = window.fetch;
    window.asked = 0;
    window.fetch = (what, ...how) => {
        window.asked += String(what).startsWith("/sessions?");
        return ask(what, ...how);
    };
"""


@pytest.mark.browser
async def test_a_hidden_page_asks_for_nothing(tmp_path: Path) -> None:
    """It reads the list of sessions when it is seen again."""
    async with open_bench(tmp_path) as bench, browser() as page:
        await page.add_init_script(_COUNTING)
        await arrive(page, f"{bench.url}/s/t")
        await expect(page.locator("#list li")).to_have_count(1)
        await stand_still(page)
        await show(page, hidden=True)
        before = await page.evaluate("window.asked")
        await say(page, "Hi")
        await expect(page.locator(".ending")).to_contain_text("Done")
        await page.clock.fast_forward(60_000)
        assert await page.evaluate("window.asked") == before
        await show(page, hidden=False)
        await page.clock.fast_forward(2_000)
        await expect(page.locator("#list")).to_contain_text("done")


async def show(page: Any, *, hidden: bool) -> None:
    value = "true" if hidden else "false"
    await page.evaluate(
        f"Object.defineProperty(document, 'hidden', {{value: {value}, configurable: true}});"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )


@pytest.mark.browser
async def test_a_word_on_an_answer_is_thanked_for(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench, browser() as page:
        await arrive(page, f"{bench.url}/s/t")
        await say(page, "Hi")
        await page.get_by_role("button", name="Good answer").click()
        await expect(page.locator(".toast")).to_have_text("Thank you: it is on the record.")
