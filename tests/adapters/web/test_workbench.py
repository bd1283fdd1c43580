"""What `bot up` gives people, in a real browser: both models, containers, a killed server."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from shlex import quote

import pytest
from kept_port import kept_port
from model_answers import Answer, ToolCall
from model_server import ModelServer
from playwright.async_api import Page, expect
from web_browser import arrive, browser, connected, give, say, stand_still
from web_service import service

pytestmark = [pytest.mark.browser, pytest.mark.docker]

EVIL = "<img src=x onerror=\"document.title='evil'\"><script>document.title='evil'</script>"
NAMED = "re\x1b[2Jport <b>x.txt"


def call(number: int, tool: str, **arguments: object) -> ToolCall:
    return ToolCall(f"call_{number}", tool, json.dumps(arguments))


async def test_the_demo_survives_a_kill(tmp_path: Path) -> None:
    """From the first word to the file; the server dies while people are asked, and comes back."""
    with kept_port() as port:
        await the_demo(tmp_path, port)


async def the_demo(folder: Path, port: int) -> None:
    async with browser() as page:
        async with service(folder, port, AETHER_MODEL="demo") as first:
            await arrive(page, first.link)
            await expect(page.locator(".banner")).to_contain_text("Demo.")
            await page.get_by_role("button", name="Show me a small task").click()
            await page.keyboard.press("Enter")
            await expect(page.locator(".line")).to_contain_text("Show me a small task")
            await expect(page.locator(".step.active")).to_be_visible()
            gate = page.locator(".dock .gate")
            await expect(gate).to_contain_text("rm -rf build-demo")
            await expect(page.locator(".thought.live")).to_have_count(0)
            await expect(page.locator(".about")).to_contain_text("no network")
            await first.kill()
            await expect(page.locator("body")).to_have_attribute("data-link", "down")
            await expect(page.locator("#link")).to_contain_text("The server is away")
            approve = page.get_by_role("button", name="Approve", exact=True)
            await expect(approve).to_be_disabled()
        async with service(folder, port, AETHER_MODEL="demo"):
            await connected(page)
            await expect(page.locator("#link")).to_be_empty()
            await approve.press("Enter")
            await expect(page.locator(".verdict.approved")).to_contain_text("Approved by")
            await expect(page.locator(".ending")).to_contain_text("Done")
            await expect(page.locator(".step.done")).to_have_count(3)
            await expect(page.locator(".answer").last).to_contain_text("the folder is gone")
            await the_program_is_saved(page, folder / "saved.py")


async def the_program_is_saved(page: Page, place: Path) -> None:
    async with page.expect_download() as saving:
        await page.locator(".stream > .file").click()
    file = await saving.value
    await file.save_as(place)
    assert file.suggested_filename == "hello.py"
    assert b"Hello from the sandbox" in await asyncio.to_thread(place.read_bytes)


async def test_two_people_at_a_real_model(tmp_path: Path) -> None:
    """Files in by three ways, words that grow in two tabs, steering, a reload, a live log, stop,
    and names that would like to be more than text."""
    pondering, held = asyncio.Event(), asyncio.Event()
    weird = (
        call(4, "shell", command=f"printf hello > {quote(NAMED)}"),
        call(5, "deliver", path=NAMED),
    )
    answers = (
        Answer(thinking=f"What is {EVIL}?", calls=(call(1, "list_files"),), hold=pondering),
        Answer(text=f"Reading {EVIL}", calls=(call(2, "list_files"),), hold=held),
        Answer(calls=(call(3, "shell", command=f"echo {quote(EVIL)}; exec tail -f /dev/null"),)),
        Answer(calls=weird),
        Answer(text=f"Delivered. {EVIL}"),
    )
    async with (
        ModelServer(answers) as model,
        service(tmp_path, AETHER_MODEL="openai:stub", OPENAI_BASE_URL=f"{model.url}/v1") as bot,
        browser() as page,
    ):
        await arrive(page, bot.link)
        await attach_three(page)
        await say(page, f"Look at these {EVIL}")
        await expect(page.locator(".thought.live")).to_contain_text("What is <img")
        pondering.set()
        second = await words_grow_in_two_tabs(page)
        await say(second, "And be brief")
        await expect(page.locator(".line")).to_have_count(2)
        held.set()
        for tab in (page, second):
            await expect(tab.locator(".output.live")).to_contain_text("<script>")
        await stopped_by_keyboard(page)
        await expect(second.locator(".ending")).to_contain_text("Stopped")
        await say(second, "Deliver the report")
        await expect(page.locator(".answer").last).to_contain_text("Delivered.")
        await the_name_is_harmless(page)
        for tab in (page, second):
            assert await tab.title() != "evil"
            await expect(tab.locator(".room img:not(.file img), .room script")).to_have_count(0)


async def words_grow_in_two_tabs(page: Page) -> Page:
    """Held in the middle of an answer; the first tab is loaded again, too."""
    await expect(page.locator(".line .file")).to_have_count(3)
    await expect(page.locator(".answer")).to_contain_text("Reading")
    second = await page.context.new_page()
    await arrive(second, page.url)
    await expect(second.locator(".answer")).to_contain_text("Reading")
    await page.reload()
    await connected(page)
    await expect(page.locator(".answer")).to_contain_text("Reading")
    return second


async def the_name_is_harmless(page: Page) -> None:
    file = page.locator(".stream > .file")
    await expect(file).to_contain_text("re[2Jport _b_x.txt")
    async with page.expect_download() as saving:
        await file.click()
    assert (await saving.value).suggested_filename == "re[2Jport _b_x.txt"


async def attach_three(page: Page) -> None:
    await page.set_input_files(
        "#picked", {"name": "../../a.txt", "mimeType": "text/plain", "buffer": b"one"}
    )
    await give(page, "drop", "b\x07\u202e<b>.txt", b"two")
    await give(page, "paste", "c.txt", b"three")
    # A file bears its own name until the server has it, and then the one that the server gave.
    arrived = page.locator('.chip[aria-busy="false"] span')
    await expect(arrived).to_have_text(["a.txt", "b___b_.txt", "c.txt"])


async def stopped_by_keyboard(page: Page) -> None:
    await page.locator("h1").click()
    await stand_still(page)  # the second key must come soon after the first
    await page.keyboard.press("Escape")
    await expect(page.locator(".toast")).to_contain_text("Escape once more")
    await page.keyboard.press("Escape")
    await expect(page.locator(".ending")).to_contain_text("Stopped")
