"""Chromium on the page: what people do there, and a page whose every error fails the test."""

from __future__ import annotations

import base64
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from playwright.async_api import ConsoleMessage, Page, async_playwright, expect

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage",  # in a container it is small, and shared with other browsers
]  # fmt: skip

PATIENCE = 120_000  # milliseconds until a test gives up: others may work on this machine, too
expect.set_options(timeout=PATIENCE)


@asynccontextmanager
async def browser(scale: float = 1.0, *, silent: bool = False) -> AsyncGenerator[Page]:
    """One page of a desk's size. `scale` is device pixels for each of the page's. A `silent` page
    has no error in its console either, such as a file that is not there."""
    troubles: list[str] = []
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS, timeout=PATIENCE
        )
        context = await chromium.new_context(
            viewport={"width": 1280, "height": 800}, device_scale_factor=scale
        )
        context.set_default_timeout(PATIENCE)
        context.on("weberror", lambda error: troubles.append(str(error.error)))
        if silent:
            context.on("console", lambda line: troubles.extend([line.text] * _is_error(line)))
        yield await context.new_page()
        await chromium.close()
    assert troubles == []


def _is_error(line: ConsoleMessage) -> bool:
    return line.type == "error"


async def arrive(page: Page, url: str) -> None:
    await page.goto(url)
    await connected(page)


async def connected(page: Page) -> None:
    await expect(page.locator("body")).to_have_attribute("data-link", "up")


async def stand_still(page: Page) -> None:
    """From now on no time passes on the page: what is shown for a while stays, however slow this
    machine is."""
    await page.clock.install()
    await page.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))


async def say(page: Page, text: str) -> None:
    await page.fill("#say", text)
    await page.keyboard.press("Enter")


_GIVE = """([kind, name, data]) => {
    const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    const given = new DataTransfer();
    given.items.add(new File([bytes], name));
    const options = { bubbles: true, cancelable: true };
    const event = kind === "paste"
        ? new ClipboardEvent(kind, { ...options, clipboardData: given })
        : new DragEvent(kind, { ...options, dataTransfer: given });
    document.getElementById("say").dispatchEvent(event);
}"""


async def give(page: Page, how: str, name: str, data: bytes) -> None:
    """A file by "drop" or "paste", as the browser tells a page of it."""
    await page.evaluate(_GIVE, [how, name, base64.b64encode(data).decode()])
