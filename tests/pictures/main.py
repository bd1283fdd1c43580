"""Takes the README's pictures of the real page: the demo in its container, seen in Chromium.

`main.py FOLDER`; needs a Docker engine, the sandbox image and /usr/bin/chromium.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.async_api import Page, ViewportSize, expect

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "stubs"))

from web_browser import arrive, browser
from web_service import service

DESK, PHONE = ViewportSize(width=1280, height=800), ViewportSize(width=390, height=780)
_LONG = 60_000  # milliseconds
_LARGEST = 250_000  # bytes: a README is read on slow lines too


_SCROLL = """async (top) => {
    const room = document.getElementById("scroll");
    room.scrollTop = top ? document.querySelector(top).offsetTop - room.offsetTop - 20 : 1e6;
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    document.getElementById("latest").hidden = true;
}"""


@dataclass(frozen=True, slots=True)
class Studio:
    page: Page
    folder: Path

    async def take(
        self,
        name: str,
        size: ViewportSize = DESK,
        scheme: Literal["light", "dark"] = "light",
        top: str = "",
    ) -> None:
        """With this selector's first element at the top, or else the newest words in sight."""
        await self.page.set_viewport_size(size)
        await self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        await self.page.evaluate(_SCROLL, top)
        file = self.folder / f"{name}.png"
        await self.page.screenshot(path=file, animations="disabled", caret="hide")
        written = await asyncio.to_thread(file.stat)
        assert written.st_size <= _LARGEST, f"{file.name} has {written.st_size:,} bytes"


async def take_all(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as data:
        async with (
            service(Path(data), AETHER_MODEL="demo", LOGNAME="ada") as running,
            browser() as page,
        ):
            studio = Studio(page, folder)
            await arrive(page, running.url)
            await begin(page)
            await studio.take("approval", top=".line")
            await studio.take("phone", PHONE, "dark")
            await decide(page)
            await studio.take("desktop", top=".line")
            await studio.take("desktop-dark", DESK, "dark", top=".line")
            await replay(page)
            await studio.take("replay")


async def begin(page: Page) -> None:
    await page.get_by_role("button", name="Show me a small task").click()
    await page.keyboard.press("Enter")
    await expect(page.locator(".dock .gate")).to_be_visible(timeout=_LONG)
    await expect(page.locator(".dot.waiting")).to_have_count(1)


async def decide(page: Page) -> None:
    """For longer than once, so that there is a permission to show."""
    await page.set_viewport_size(DESK)
    await page.get_by_role("button", name="For 15 minutes").click()
    await expect(page.locator(".ending")).to_contain_text("Done", timeout=_LONG)
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


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(take_all(target))
