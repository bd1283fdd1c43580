"""The workbench: a task, its approval, its end, and its replay."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Literal

from playwright.async_api import Page, ViewportSize, expect
from studio import DESK, LONG, PHONE, Studio
from web_browser import arrive
from web_service import service

_SCROLL = """async (top) => {
    const room = document.getElementById("scroll");
    room.scrollTop = top ? document.querySelector(top).offsetTop - room.offsetTop - 20 : 1e6;
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    document.getElementById("latest").hidden = true;
}"""


async def take_workbench(studio: Studio) -> None:
    with tempfile.TemporaryDirectory() as data:
        async with service(Path(data), AETHER_MODEL="demo", LOGNAME="ada") as running:
            page = studio.page
            await arrive(page, running.link)
            await begin(page)
            await shoot(studio, "approval", top=".line")
            await shoot(studio, "phone", PHONE, "dark")
            await decide(page)
            await shoot(studio, "desktop", top=".line")
            await shoot(studio, "desktop-dark", DESK, "dark", top=".line")
            await replay(page)
            await shoot(studio, "replay")
            await page.goto("about:blank")


async def shoot(
    studio: Studio,
    name: str,
    size: ViewportSize = DESK,
    scheme: Literal["light", "dark"] = "light",
    top: str = "",
) -> None:
    """With this selector's first element at the top, or else the newest words in sight."""
    await studio.dress(size, scheme)
    await studio.page.evaluate(_SCROLL, top)
    await studio.take(name)


async def begin(page: Page) -> None:
    await page.get_by_role("button", name="Show me a small task").click()
    await page.keyboard.press("Enter")
    await expect(page.locator(".dock .gate")).to_be_visible(timeout=LONG)
    await expect(page.locator(".dot.waiting")).to_have_count(1)


async def decide(page: Page) -> None:
    """For longer than once, so that there is a permission to show."""
    await page.set_viewport_size(DESK)
    await page.get_by_role("button", name="For 15 minutes").click()
    await expect(page.locator(".ending")).to_contain_text("Done", timeout=LONG)
    await expect(page.locator(".dot.done")).to_have_count(1)
    for number in range(2):
        await page.locator(".call", has_text="hello.py").nth(number).locator("summary").click()


async def replay(page: Page) -> None:
    await page.set_viewport_size(DESK)
    await page.get_by_role("button", name="Details").click()
    await page.get_by_role("button", name="Replay").click()
    steps = page.get_by_label("Place in the replay")
    await expect(steps).to_be_focused()
    while not await page.locator(".dock .gate").count():
        shown = await steps.input_value()
        await page.get_by_role("button", name="Step back").click()
        await expect(steps).not_to_have_value(shown)
        await expect(page.locator("#replay-count")).to_contain_text(f"Replay {shown} of")
