"""Slack and Discord, simulated: Ann gives a task in #general, is asked, and says yes."""

from __future__ import annotations

from playwright.async_api import Page, ViewportSize, expect
from simulated import simulated
from studio import LONG, Studio
from web_browser import arrive

_TALL = ViewportSize(width=1280, height=880)
_LARGEST = 200_000  # bytes
_TASK = "show me a small demo task"


async def take_slack(studio: Studio) -> None:
    page = studio.page
    async with simulated("slack") as url:
        await arrive(page, url)
        await page.fill(".channel textarea", f"@aether {_TASK}")
        await page.keyboard.press("Enter")
        await page.locator(".channel .replies").click(timeout=LONG)
        await _story(studio, "slack", ".thread")
        await page.goto("about:blank")


async def take_discord(studio: Studio) -> None:
    page = studio.page
    async with simulated("discord") as url:
        await arrive(page, url)
        await page.fill("#main textarea", f"@Aether {_TASK}")
        await page.keyboard.press("Enter")
        await page.locator(".thread-card").click(timeout=LONG)
        await expect(page.locator("#main .typing")).to_be_empty(timeout=LONG)
        await _story(studio, "discord", "#aside")
        await page.goto("about:blank")


async def _story(studio: Studio, platform: str, thread: str) -> None:
    """The question, in the light and in the dark; then the answer to it, and the end."""
    page = studio.page
    room = page.locator(thread)
    approve = room.get_by_role("button", name="Approve", exact=True)
    await expect(approve).to_be_visible(timeout=LONG)
    await expect(room).to_contain_text("Waiting for", timeout=LONG)
    await _rest(page)
    await studio.dress(_TALL)
    await studio.take(platform, _LARGEST)
    await studio.dress(_TALL, "dark")
    await studio.take(f"{platform}-dark", _LARGEST)
    await approve.click()
    await expect(room).to_contain_text("Done", timeout=LONG)
    await expect(room).to_contain_text("folder is gone", timeout=LONG)
    await expect(room.get_by_role("button", name="Stop")).to_have_count(0, timeout=LONG)
    await _rest(page)
    await studio.dress(_TALL)
    await studio.take(f"{platform}-end", _LARGEST)


async def _rest(page: Page) -> None:
    """No message is pointed at, and no box is ringed."""
    await page.mouse.move(0, 0)
    await page.evaluate("document.activeElement.blur()")
