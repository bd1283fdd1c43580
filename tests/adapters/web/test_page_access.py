"""The page by keyboard, for a screen reader, and for eyes that need contrast."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.async_api import Page, expect
from web_browser import arrive, browser, say
from web_contrast import faint
from web_house import open_bench

from runtime.testing.model import Line

pytestmark = pytest.mark.browser

PLAN = {
    "steps": [
        {"id": "a", "title": "Look", "status": "done", "tool_types": ["shell"]},
        {"id": "b", "title": "Clean up", "status": "active", "description": "The old folder."},
    ]
}
CLEAN = Line(
    thinking="The folder is old.",
    calls=(("plan", PLAN), ("shell", {"command": "echo 'hi' && rm -rf build"})),
)
ASK = Line(calls=(("ask", {"question": "Which colour?", "options": ["red", "blue"]}),))
END = Line(
    text="# Done\n\n> All **gone**, says `rm`, see [here](https://example.org).\n\n"
    "```diff\n@@ -1 +1 @@\n-old\n+new\n```\n\n```python\n# Why\n@here\ndef f(x: int = 1):\n"
    "    raise ValueError(f'{x} {None}')\n```\n\n```json\n{\"a\": [1, true]}\n```"
)

# Every control that can be seen. They are kept beside the page, which may be drawn anew meanwhile.
_CONTROLS = """() => {
    const all = document.querySelectorAll("a, button, input, textarea, summary, [tabindex='0']");
    window.controls = [...all].filter((node) => node.checkVisibility({ visibilityProperty: true })
        && node.getBoundingClientRect().width > 1 && !node.disabled);
}"""
_STOP = """() => {
    const node = document.activeElement, box = node.closest(".box") ?? node;
    if (node === document.body) return null;
    const [own, ring] = [getComputedStyle(node), getComputedStyle(box)];
    const seen = own.outlineStyle !== "none" || ring.boxShadow !== "none";
    const place = window.controls.indexOf(node), name = node.outerHTML.slice(0, 120);
    return { stop: place < 0 ? name : place, seen, name };
}"""
_MISSED = """(reached) => window.controls
    .filter((node, place) => !reached.includes(place)).map((node) => node.outerHTML)"""


async def stops(page: Page) -> list[int | str]:
    """What Tab leads to, until it leaves the page: the places of controls, and what else."""
    found: list[int | str] = []
    while (at := await _next(page)) is not None:
        assert at["seen"], f"no focus is to be seen on {at['name']}"
        assert at["stop"] not in found, f"Tab comes back to {at['name']}"
        found.append(at["stop"])
    return found


async def _next(page: Page) -> dict[str, Any] | None:
    await page.keyboard.press("Tab")
    return await page.evaluate(_STOP)


async def test_everything_is_reached_by_tab(tmp_path: Path) -> None:
    async with open_bench(tmp_path, CLEAN, END) as bench, browser() as page:
        await arrive(page, bench.url)
        await say(page, "Begin")
        await expect(page.locator(".dock .gate")).to_be_visible()
        await arrive(page, page.url)  # with all that came beside the gate
        await expect(page.locator("#list a")).to_have_count(1)
        await expect(page.locator(".dot.waiting")).to_have_count(1)
        await page.evaluate(_CONTROLS)
        await stops(page)  # to the end of the page; then from its beginning
        assert await page.evaluate(_MISSED, await stops(page)) == []


async def test_a_decision_by_keyboard(tmp_path: Path) -> None:
    """What waits is said aloud, each time anew; the focus is not lost with the button."""
    async with open_bench(tmp_path, CLEAN, CLEAN, ASK, END) as bench, browser() as page:
        await arrive(page, bench.url)
        await say(page, "Begin")
        spoken = page.get_by_role("alert")
        approve = page.get_by_role("button", name="Approve", exact=True)
        await expect(spoken).to_have_text("Approval needed: shell, medium risk")
        first = await spoken.locator("p").element_handle()
        await approve.press("Enter")
        await expect(page.locator("#scroll")).to_be_focused()
        await expect(page.locator(".verdict.approved")).to_have_count(1)
        await expect(approve).to_be_enabled()
        await expect(spoken).to_have_text("Approval needed: shell, medium risk")
        assert first is not None
        assert not await first.evaluate("(said) => said.isConnected"), "it is said again"
        await approve.press("Space")
        await expect(spoken).to_have_text("Question: Which colour?")
        await page.get_by_role("button", name="blue").press("Enter")
        await expect(spoken).to_contain_text("Done")


async def test_panels_of_a_phone_by_keyboard(tmp_path: Path) -> None:
    """A panel takes the focus and gives it back; Escape closes it, and stops nothing."""
    async with open_bench(tmp_path, CLEAN) as bench, browser() as page:
        await page.set_viewport_size({"width": 390, "height": 844})
        await arrive(page, bench.url)
        await say(page, "Begin")
        await expect(page.locator(".dock .gate")).to_be_visible()
        for button, panel in (("menu", "sessions"), ("side-button", "side")):
            await page.locator(f"#{button}").press("Enter")
            await expect(page.locator(f"#{panel}")).to_be_focused()
            await page.keyboard.press("Escape")
            await expect(page.locator(f"#{button}")).to_be_focused()
            await expect(page.locator(f"#{panel}")).to_be_hidden()
        await expect(page.locator(".toast")).to_have_count(0)


async def test_long_options_fit_a_phone(tmp_path: Path) -> None:
    options = ["Keep the old name, and warn about it for a release", "x" * 80]
    ask = Line(calls=(("ask", {"question": "Which name shall it have?", "options": options}),))
    async with open_bench(tmp_path, ask) as bench, browser() as page:
        await page.set_viewport_size({"width": 390, "height": 844})
        await arrive(page, bench.url)
        await say(page, "Begin")
        buttons = page.locator(".dock button")
        await expect(buttons).to_have_count(3)
        for button in await buttons.all():
            box = await button.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 390


async def test_the_list_keeps_the_focus(tmp_path: Path) -> None:
    """It is drawn again whenever a session changes, and nobody is thrown out of it."""
    async with open_bench(tmp_path, Line(text="Hello.")) as bench, browser() as page:
        await arrive(page, bench.url)
        await say(page, "Name a bird")
        await expect(page.locator("#list .dot.done")).to_have_count(1)
        other = await page.context.new_page()
        await arrive(other, bench.url)
        await expect(other.locator("#list a")).to_have_count(1)
        await other.locator("#list a").focus()
        async with bench.http.ws_connect(f"/ws/agent/{page.url.rpartition('/')[2]}") as socket:
            await socket.send_json({"type": "message", "text": "And a fish"})
            await expect(page.locator(".ending")).to_have_count(2)
        async with other.expect_response(lambda answer: "/sessions?" in answer.url):
            await other.locator("#search").dispatch_event("input")
        await expect(other.locator("#list a")).to_be_focused()
        await other.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everything_can_be_read(tmp_path: Path, scheme: Literal["light", "dark"]) -> None:
    async with open_bench(tmp_path, CLEAN, ASK, END) as bench, browser() as page:
        await arrive(page, bench.url)
        assert await faint(page, scheme) == []
        await say(page, "Begin")
        await expect(page.locator(".dock .gate")).to_be_visible()
        assert await faint(page, scheme) == []
        await page.get_by_role("button", name="Approve for longer: For 1 hour").click()
        await expect(page.locator(".dock .question")).to_be_visible()
        assert await faint(page, scheme) == []
        await page.get_by_role("button", name="blue").click()
        await expect(page.locator(".ending")).to_be_visible()
        await expect(page.locator(".answer .c-gi")).to_have_count(1)
        await page.evaluate(
            "for (const fold of document.querySelectorAll('details')) fold.open = true"
        )
        assert await faint(page, scheme) == []
        await page.get_by_role("button", name="Details").click()
        assert await faint(page, scheme) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_diff_has_colours(tmp_path: Path, scheme: Literal["light", "dark"]) -> None:
    async with open_bench(tmp_path, END) as bench, browser() as page:
        await page.emulate_media(color_scheme=scheme)
        await arrive(page, bench.url)
        await say(page, "Show the diff")
        await expect(page.locator(".ending")).to_be_visible()
        colour = "(node) => getComputedStyle(node).color"
        kinds = [".c-gi", ".c-gd", ".answer"]
        assert len({await page.locator(kind).first.evaluate(colour) for kind in kinds}) == 3
