"""The page and a line that is worse than it looks: nothing is sent into the void unseen."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Route, WebSocketRoute, expect
from web_browser import arrive, browser, connected, say, stand_still
from web_house import open_bench, tab

from adapters.web.access import Access
from runtime.ports import Output
from runtime.testing.model import Line

pytestmark = pytest.mark.browser

DELETE = Line(calls=(("shell", {"command": "rm -rf build"}),))


@dataclass  # without slots: Playwright writes on whose method it is given
class Lines:
    """The first line swallows presses and, when it is `dead`, everything; the next are well."""

    count: int = 0
    dead: bool = False

    def join(self, line: WebSocketRoute) -> None:
        self.count += 1
        server, first = line.connect_to_server(), self.count == 1

        def said(message: str | bytes) -> None:
            if not first or '"press"' not in str(message):
                server.send(message)

        def told(message: str | bytes) -> None:
            if not first or not self.dead:
                line.send(message)

        line.on_message(said)
        server.on_message(told)


async def test_a_line_that_is_dead_is_left(tmp_path: Path) -> None:
    """No close is heard, as where a network went away: a press that nobody answers is not believed
    for ever, whatever else came in after it, and the page comes back over another line."""
    lines = Lines()
    async with open_bench(tmp_path, DELETE, Line(text="Gone.")) as bench, browser() as page:
        await page.route_web_socket("**/ws/agent/**", lines.join)
        async with tab(bench) as client:
            await client.send(type="message", text="Delete it")
            await client.event("approval_required")
            await arrive(page, f"{bench.url}/s/t")
            await stand_still(page)
            approve = page.get_by_role("button", name="Approve", exact=True)
            await approve.click()
            await expect(approve).to_be_disabled()
            await client.send(type="message", text="And be quick")
        await expect(page.locator(".line")).to_have_count(2)
        lines.dead = True
        await page.clock.fast_forward(9_000)
        assert lines.count == 1
        await page.clock.fast_forward(2_000)
        await expect(page.locator("#link")).to_contain_text("The server is away")
        await page.clock.fast_forward(1_000)
        await connected(page)
        assert lines.count == 2
        await page.clock.fast_forward(1_000)  # what has just come takes no press
        await approve.click()
        await expect(page.locator(".ending")).to_contain_text("Done")


async def test_a_file_on_its_way_is_not_forgotten(tmp_path: Path) -> None:
    """Words are not sent without the file that was put beside them."""
    arrived = asyncio.Event()

    async def slowly(route: Route) -> None:
        await arrived.wait()
        await route.continue_()

    async with open_bench(tmp_path, Line(text="Thanks.")) as bench, browser() as page:
        await page.route("**/files?*", slowly)
        await arrive(page, bench.url)
        await stand_still(page)
        await page.set_input_files(
            "#picked", {"name": "a.txt", "mimeType": "text/plain", "buffer": b"abc"}
        )
        chip = page.locator(".chip")
        await expect(chip).to_have_attribute("aria-busy", "true")
        await say(page, "Look at it")
        await expect(page.locator(".toast")).to_contain_text("on its way")
        await expect(page.locator("#say")).to_have_value("Look at it")
        arrived.set()
        await expect(chip).to_have_attribute("aria-busy", "false")
        await page.locator("#say").press("Enter")
        await expect(page.locator(".line .file")).to_contain_text("a.txt")
        await expect(chip).to_have_count(0)


async def test_a_log_shows_its_end(tmp_path: Path) -> None:
    """Of more lines than there is room for, also where they come all at once or before the page;
    whoever reads further up is left in peace."""
    numbers = "".join(f"line {number}\n" for number in range(200))
    async with open_bench(tmp_path, Line(calls=(("shell", {"command": "ls"}),))) as bench:
        bench.service.sandbox.on(lambda _: True, Output(numbers, "stdout"), until=asyncio.Event())
        async with browser() as page:
            await arrive(page, bench.url)
            await say(page, "Begin")
            log = page.locator(".output.live")
            for _ in range(2):
                await expect(log).to_contain_text("line 199")
                left = "(log) => log.scrollHeight - log.scrollTop - log.clientHeight"
                assert await log.evaluate(left) < 2
                assert await log.evaluate("(log) => log.scrollTop") > 0
                await page.reload()


async def test_the_token_is_asked_for(tmp_path: Path) -> None:
    """And leads to the session that was wanted; a wrong one is called so."""
    access = Access(token="s3cret-s3cret-s3cret")
    async with open_bench(tmp_path, access=access) as bench, browser() as page:
        await page.goto(f"{bench.url}/s/wanted")
        await page.get_by_label("Token").fill("nonsense")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert")).to_have_text("That is not the token.")
        await page.get_by_label("Token").fill("s3cret-s3cret-s3cret")
        await page.keyboard.press("Enter")
        await connected(page)
        assert page.url == f"{bench.url}/s/wanted"
