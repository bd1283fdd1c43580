"""The page in a real browser: the whole story, and what happens when the server goes away."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from held_model import HeldModel
from kept_port import kept_port
from playwright.async_api import FilePayload, Page, expect
from web_browser import arrive, browser, say
from web_house import open_bench

from runtime.models.demo import demo_model
from runtime.ports import Exited, Output
from runtime.testing.model import Line

pytestmark = pytest.mark.browser

PLAN = {"steps": [{"id": "a", "title": "Clean up", "status": "active", "tool_types": ["shell"]}]}
CLEAN = Line(
    thinking="The folder is old.",
    calls=(("plan", PLAN), ("shell", {"command": "echo <b>hi</b> && rm -rf build"})),
)
ASK = Line(calls=(("ask", {"question": "Which colour?", "options": ["red", "blue"]}),))
DELIVER = Line(
    calls=(
        ("write_file", {"path": "note.txt", "content": "hello"}),
        ("deliver", {"path": "note.txt"}),
    )
)
END = Line(
    text="All **done**.\n\n```python\nprint('x')\n```\n\n<script>document.title='evil'</script>"
)


async def look_at_the_call(page: Page) -> None:
    await expect(page.locator(".call").first).to_contain_text("shell")
    await page.locator(".call").first.locator("summary").click()
    await expect(page.locator(".call .output").first).to_have_text("cleaned <i>up</i>")


async def save_the_file(page: Page) -> None:
    async with page.expect_download() as saving:
        await page.locator(".stream > .file").click()
    file = await saving.value
    assert file.suggested_filename == "note.txt"


async def test_the_whole_story(tmp_path: Path) -> None:
    model = HeldModel((CLEAN, ASK, DELIVER, END))
    thinking = model.hold(0, after=2)
    async with open_bench(tmp_path, model=model) as bench, browser() as page:
        bench.service.sandbox.on(
            lambda _: True, Output("cleaned <i>up</i>\n", "stdout"), Exited(0, "exit", 0.5)
        )
        await arrive(page, bench.url)
        await expect(page.locator(".banner")).to_contain_text("Demo.")
        await say(page, "Clean up, please")
        await expect(page.locator(".thought.live")).to_contain_text("The folder")
        thinking.set()
        gate = page.locator(".dock .gate")
        await expect(gate).to_contain_text("rm -rf build")
        await expect(page.locator(".step")).to_contain_text("Clean up")
        await expect(page.locator(".thought")).to_contain_text("Thought")
        await page.reload()
        await expect(gate.get_by_role("button", name="Approve", exact=True)).to_be_enabled()
        second = await page.context.new_page()
        await arrive(second, page.url)
        await expect(second.locator(".dock .gate")).to_be_visible()
        await gate.get_by_role("button", name="Approve for longer: For this thread").click()
        await expect(second.locator(".dock .gate h2")).to_have_text("Which colour?")
        await expect(page.locator(".grants")).to_contain_text("rm -rf build")
        await look_at_the_call(page)
        await page.get_by_role("button", name="Revoke").click()
        await expect(page.locator(".grants")).to_have_count(0)
        await second.get_by_role("button", name="blue").click()
        await expect(page.locator(".ending")).to_contain_text("Done")
        await expect(page.locator(".answer strong")).to_have_text("done")
        await expect(page.locator(".answer pre .c-nb")).to_have_text("print")
        await expect(page).to_have_title("Clean up, please · Aether")
        await save_the_file(page)
        await second.close()


async def test_steering_stop_and_details(tmp_path: Path) -> None:
    async with open_bench(tmp_path, CLEAN, ASK) as bench, browser() as page:
        await arrive(page, bench.url)
        await say(page, "Begin")
        await expect(page.locator(".dock .gate")).to_be_visible()
        await say(page, "But gently")
        await expect(page.locator(".line")).to_have_count(2)
        await page.get_by_role("button", name="Pause").click()
        await expect(page.get_by_role("button", name="Resume")).to_be_visible()
        await page.get_by_role("button", name="Resume").click()
        await page.get_by_role("button", name="Stop the task").click()
        await expect(page.locator(".ending")).to_contain_text("Stopped")
        await expect(page.locator(".dock .gate")).to_have_count(0)
        await page.locator("h1").click()
        await page.keyboard.press("d")
        await expect(page.locator("dialog .moment").first).to_contain_text("Begin")
        await page.keyboard.press("Escape")
        await page.get_by_role("button", name="Try again").click()
        await expect(page.locator(".line")).to_have_count(3)


async def test_files_go_in_by_button(tmp_path: Path) -> None:
    async with open_bench(tmp_path, Line(text="Thanks.")) as bench, browser() as page:
        await arrive(page, bench.url)
        given = tmp_path / "<img src=x>.txt"
        given.write_text("hello")
        await page.set_input_files("#picked", given)
        await expect(page.locator(".chip")).to_contain_text("_img src=x_.txt")
        await say(page, "Look at it")
        await expect(page.locator(".line .file")).to_contain_text("_img src=x_.txt")
        await expect(page.locator(".chip")).to_have_count(0)


async def test_the_server_goes_and_comes_back(tmp_path: Path) -> None:
    """No button counts while nobody listens; words wait; then the page is right again."""
    with kept_port() as port:
        await goes_and_comes_back(tmp_path, port)


async def goes_and_comes_back(folder: Path, port: int) -> None:
    async with browser() as page:
        async with open_bench(folder, CLEAN, END, port=port) as bench:
            await arrive(page, bench.url)
            await say(page, "Begin")
            await expect(page.locator(".dock .gate")).to_be_visible()
        await expect(page.locator("body")).to_have_attribute("data-link", "down")
        approve = page.get_by_role("button", name="Approve", exact=True)
        await expect(approve).to_be_disabled()
        await say(page, "Said while it was away")
        async with open_bench(folder, CLEAN, END, port=port):
            await expect(page.locator("body")).to_have_attribute("data-link", "up")
            await expect(approve).to_be_enabled()
            await expect(page.locator(".line")).to_have_count(2)
            await approve.click()
            await expect(page.locator(".ending")).to_contain_text("Done")


async def test_a_phone_in_the_dark(tmp_path: Path) -> None:
    async with open_bench(tmp_path, CLEAN, END) as bench, browser() as page:
        await page.set_viewport_size({"width": 390, "height": 844})
        await page.emulate_media(color_scheme="dark")
        await arrive(page, bench.url)
        await say(page, "Begin")
        await expect(page.get_by_role("button", name="Approve", exact=True)).to_be_in_viewport()
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390
        await page.get_by_role("button", name="Plan and permissions").click()
        await expect(page.locator(".step")).to_be_in_viewport()


async def test_the_demo_model_plays_its_task(tmp_path: Path) -> None:
    async with open_bench(tmp_path, model=demo_model(pace=0.0)) as bench, browser() as page:
        await arrive(page, bench.url)
        await page.get_by_role("button", name=re.compile("Show me a small task")).click()
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="Deny").click()
        await expect(page.locator(".ending")).to_contain_text("Done")
        await expect(page.locator(".verdict.denied")).to_contain_text("Denied by Ann")
        await page.get_by_role("button", name="Good answer").click()


async def test_a_replay_by_keyboard(tmp_path: Path) -> None:
    """Step by step through a task that is over; nothing can be pressed until it is left."""
    async with open_bench(tmp_path, CLEAN, END) as bench, browser() as page:
        await arrive(page, bench.url)
        await say(page, "Begin")
        await page.get_by_role("button", name="Approve", exact=True).click()
        await expect(page.locator(".ending")).to_contain_text("Done")
        await page.locator("h1").click()
        await page.keyboard.press("d")
        await page.get_by_role("button", name="Replay").click()
        place = page.get_by_label("Place in the replay")
        await expect(place).to_be_focused()
        await page.keyboard.press("Home")
        await expect(page.locator("#replay-says")).to_contain_text("Message: Ann: Begin")
        await expect(page.locator(".ending")).to_have_count(0)
        gate = page.locator(".dock .gate")
        while not await gate.count():
            shown = await place.input_value()
            await page.get_by_role("button", name="Step on").click()
            await expect(place).to_have_value(str(int(shown) + 1))
            await expect(page.locator("#replay-count")).to_contain_text(f"Replay {int(shown) + 2} ")
        await expect(gate).to_contain_text("rm -rf build")
        await expect(page.locator("[data-press], [data-act], [data-answer]")).to_have_count(0)
        await expect(page.locator("#say")).to_be_hidden()
        await page.keyboard.press("Escape")
        await expect(page.locator(".ending")).to_contain_text("Done")
        await expect(page.get_by_role("button", name="Good answer")).to_be_enabled()
        await expect(gate).to_have_count(0)


async def test_pictures_are_drawn_and_nothing_else(tmp_path: Path) -> None:
    """By their bytes: what only says that it is a picture stays a file that can be saved."""
    png = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR4nGP4z8AARAwQCgAf7gP9i18U1AAAAABJ"
        "RU5ErkJggg=="
    )
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>document.title="evil"</script></svg>'
    async with open_bench(tmp_path, Line(text="Thanks.")) as bench, browser() as page:
        await arrive(page, bench.url)
        given: list[FilePayload] = [
            {"name": "dot.png", "mimeType": "image/png", "buffer": png},
            {"name": "evil.png", "mimeType": "image/png", "buffer": svg},
            {"name": "evil.svg", "mimeType": "image/svg+xml", "buffer": svg},
            {"name": "evil.html", "mimeType": "text/html", "buffer": svg},
        ]
        await page.set_input_files("#picked", given)
        await expect(page.locator('.chip[aria-busy="false"]')).to_have_count(4)
        await say(page, "Look")
        await expect(page.locator(".line .file")).to_have_count(4)
        drawn = page.locator(".line .file img")
        await expect(drawn).to_have_count(2)
        await expect(drawn.first).to_have_js_property("naturalWidth", 2)
        await expect(drawn.last).to_have_js_property("naturalWidth", 0)
        await expect(page).to_have_title("Look · Aether")
