"""Presses that land where something else has just come to stand: they decide nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from web_browser import arrive, browser, say
from web_house import Bench, open_bench

from runtime.testing.model import Line
from runtime.view import GateView

pytestmark = pytest.mark.browser

THREE = Line(calls=tuple(("shell", {"command": f"rm -rf {name}"}) for name in "abc"))

# Pressed at once, and again so many milliseconds after the dock changed, at the same place.
_TWICE = """([x, y, wait]) => new Promise((done) => {
    const press = () => document.elementFromPoint(x, y).dispatchEvent(
        new MouseEvent("click", { bubbles: true, cancelable: true, detail: 1 }));
    new MutationObserver((_, changes) => {
        changes.disconnect();
        setTimeout(() => { press(); done(); }, wait);
    }).observe(document.querySelector(".dock"), { childList: true });
    press();
})"""


async def three_gates(page: Page, bench: Bench) -> None:
    await arrive(page, bench.url)
    await say(page, "Clean up")
    await expect(page.locator(".dock .gate")).to_have_count(3)


async def twice(page: Page, wait: int) -> None:
    """The first card's Approve, and what stands there then."""
    button = page.locator(".dock .gate").first.get_by_role("button", name="Approve", exact=True)
    await button.click(trial=True)  # as soon as it takes presses
    box = await button.bounding_box()
    assert box
    await page.evaluate(_TWICE, [box["x"] + 5, box["y"] + 5, wait])


async def gates(bench: Bench, page: Page) -> list[GateView]:
    session = await page.evaluate("location.pathname.split('/').pop()")
    feed = await bench.service.sessions.view(bench.session(session))
    try:
        run = feed.view.run
        return list(run.gates) if run else []
    finally:
        await feed.aclose()


@pytest.mark.parametrize("wait", [250, 1100], ids=["while it keeps its place", "after it left"])
async def test_a_double_click_decides_one_of_three(tmp_path: Path, wait: int) -> None:
    async with open_bench(tmp_path, THREE, Line(text="So.")) as bench, browser() as page:
        await three_gates(page, bench)
        await twice(page, wait)
        await expect(page.locator(".dock .gate")).to_have_count(2)
        await page.locator(".dock .gate").last.get_by_role("button", name="Deny").click()
        await expect(page.locator(".dock .gate")).to_have_count(1)
        decided = [gate.decided for gate in await gates(bench, page)]
        assert decided == ["approved", None, "denied"]


async def test_a_card_that_has_just_come_takes_no_press(tmp_path: Path) -> None:
    async with open_bench(tmp_path, THREE, Line(text="So.")) as bench, browser() as page:
        await arrive(page, bench.url)
        await page.evaluate("""() => new MutationObserver((_, changes) => {
            const button = document.querySelector(".dock [data-press]");
            if (!button) return;
            changes.disconnect();
            button.dispatchEvent(new MouseEvent("click", { bubbles: true, detail: 1 }));
        }).observe(document.querySelector(".dock"), { childList: true })""")
        await say(page, "Clean up")
        await expect(page.locator(".toast")).to_contain_text("look again")
        button = page.locator(".dock .gate").first.get_by_role("button", name="Approve", exact=True)
        await button.click(trial=True)
        assert [gate.decided for gate in await gates(bench, page)] == [None] * 3
        await button.press("Enter")
        await expect(page.locator(".dock .gate")).to_have_count(2)


async def test_high_risk_for_longer_takes_a_second_step(tmp_path: Path) -> None:
    written = ("write_file", {"path": "config/.env", "content": "KEY=1"})
    script = (
        Line(calls=(written, ("deliver", {"path": "config/.env"}))),
        Line(text="So."),
    )
    async with open_bench(tmp_path, *script) as bench, browser() as page:
        await arrive(page, bench.url)
        await say(page, "Clean up")
        gate = page.locator(".dock .gate.risk-high")
        longer = gate.locator("summary", has_text="For 1 hour")
        sure = gate.get_by_role("button", name="Approve for 1 hour", exact=True)
        await expect(sure).to_have_count(0)
        await longer.click()
        await expect(gate.locator(".sure[open]")).to_contain_text("High risk")
        assert [g.decided for g in await gates(bench, page)] == [None]
        await sure.click()
        await expect(page.locator(".grants")).to_contain_text("config/.env")
        assert [g.duration for g in await gates(bench, page)] == ["1h"]
