"""The page in a real browser: people talk, press and fill in; the bot's answers appear."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands, ui
from discord_clock import Still
from discord_sim_client import Bot, online
from playwright.async_api import Page, expect
from web_browser import arrive, browser

from adapters.simulators.discord.page.serve import serving
from adapters.simulators.discord.simulator import DiscordSimulator, twin

EVIL = "<img src=x onerror=\"document.title='evil'\">"


@asynccontextmanager
async def opened(sim: DiscordSimulator) -> AsyncGenerator[Page]:
    """The page, as Ann. Every error of it fails the test."""
    async with serving(sim) as url, browser(silent=True) as page:
        await arrive(page, url)
        yield page


def card(text: str) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    stop = ui.Button[Any](label="Stop", custom_id="stop", style=discord.ButtonStyle.danger)
    choice = [discord.SelectOption(label="One hour", value="1h")]
    view.add_item(
        ui.Container[ui.LayoutView](
            ui.TextDisplay(text),
            ui.MediaGallery(discord.MediaGalleryItem("attachment://a.png")),
            ui.File("attachment://b.html"),
            ui.ActionRow(stop),
            ui.ActionRow(ui.Select[Any](custom_id="for", placeholder="For…", options=choice)),
            accent_colour=0x336699,
        )
    )
    return view


async def mentioned(page: Page, bot: Bot) -> discord.Thread:
    """Ann calls the bot on the page; it opens a thread."""
    await page.fill("#main textarea", "@Aether look")
    await page.press("#main textarea", "Enter")
    heard = await bot.message()
    assert bot.user in heard.mentions
    thread = await heard.create_thread(name="Look")
    await page.locator(".thread-card").click()
    return thread


@pytest.mark.browser
@pytest.mark.parametrize("name", ["@aether", "@AETHER,", "(@aEther", "@Aether:"])
async def test_the_bot_is_called_in_any_case(name: str) -> None:
    async with twin(Still()) as sim, online(sim) as bot, opened(sim) as page:
        box = page.locator("#main textarea")
        await expect(box).to_have_attribute("placeholder", re.compile("begin with @Aether"))
        await box.fill(f"{name} look")
        await box.press("Enter")
        heard = await bot.message()
        assert bot.user in heard.mentions
        assert heard.content.endswith("look")


@pytest.mark.browser
async def test_a_name_is_completed_while_it_is_typed() -> None:
    async with twin(Still()) as sim, online(sim) as bot, opened(sim) as page:
        box = page.locator("#main textarea")
        await box.press_sequentially("Hey @aE")
        await expect(page.locator("#main .popup .first")).to_have_text("@Aether")
        await box.press("Enter")
        await expect(box).to_have_value("Hey @Aether ")
        await box.press_sequentially("x@aether look")
        await box.press("Enter")
        heard = await bot.message()
        assert heard.content == f"Hey {sim.bot.mention} x@aether look"


@pytest.mark.browser
async def test_a_mention_a_thread_a_card_and_its_controls() -> None:
    async with twin(Still()) as sim, online(sim) as bot, opened(sim) as page:
        thread = await mentioned(page, bot)
        await expect(page.locator("#aside h1")).to_have_text("Look")
        files = [
            discord.File(io.BytesIO(b"\x89PNG"), "a.png"),
            discord.File(io.BytesIO(EVIL.encode()), "b.html"),
        ]
        sent = await thread.send(view=card(f"## Working\n-# small {EVIL}"), files=files)
        box = page.locator("#aside .container")
        await expect(box.locator("h2")).to_have_text("Working")
        await expect(box.locator("small")).to_contain_text("<img src=x")
        await expect(box.locator(".accent rect")).to_have_attribute("fill", "#336699")
        async with page.expect_download() as saving:
            await box.locator(".file a").click()
        assert (await saving.value).suggested_filename == "b.html"
        await box.get_by_role("button", name="Stop").click()
        pressed = await bot.interaction()
        await expect(box.locator(".busy")).to_have_count(1)
        await pressed.response.send_message("only for **you**", ephemeral=True)
        notice = page.locator("#aside .message.notice")
        await expect(notice).to_contain_text("Only you can see this")
        await notice.get_by_role("button", name="Dismiss message").click()
        await expect(notice).to_have_count(0)
        await box.locator("select").select_option("1h")
        chosen = await bot.interaction()
        assert chosen.data
        assert chosen.data.get("values") == ["1h"]
        await chosen.response.edit_message(view=card("## Done"))
        await expect(box.locator("h2")).to_have_text("Done")
        await sent.delete()
        await expect(box).to_have_count(0)
        assert await page.title() == "Discord, simulated"


@pytest.mark.browser
async def test_a_form_opens_and_is_sent() -> None:
    async with twin(Still()) as sim, online(sim) as bot, opened(sim) as page:
        tree = app_commands.CommandTree(bot)
        said: list[str] = []

        class Form(ui.Modal, title="Begin"):
            what: ui.Label[Any] = ui.Label(text="What", component=ui.TextInput[Any]())

            async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
                assert isinstance(self.what.component, ui.TextInput)
                said.append(self.what.component.value)
                await interaction.response.send_message("begun", ephemeral=True)

        @tree.command(name="task", description="Begin a task")
        async def task(interaction: discord.Interaction[Any]) -> None:  # pyright: ignore[reportUnusedFunction]
            await interaction.response.send_modal(Form())

        await tree.sync()
        await page.fill("#main textarea", "/ta")
        await expect(page.locator(".popup button").first).to_contain_text("/task")
        await page.press("#main textarea", "Tab")
        await page.press("#main textarea", "Enter")
        await page.locator("#modal textarea, #modal input").fill("clean up")
        await page.get_by_role("button", name="Submit").click()
        await expect(page.locator("#modal")).not_to_be_visible()
        await expect(page.locator(".message.notice")).to_contain_text("begun")
        assert said == ["clean up"]


@pytest.mark.browser
async def test_a_long_text_in_a_modal_scrolls_between_its_title_and_its_buttons() -> None:
    async with twin(Still()) as sim, online(sim) as bot, opened(sim) as page:
        thread = await mentioned(page, bot)
        files = [discord.File(io.BytesIO(b"x"), name) for name in ("a.png", "b.html")]
        await thread.send(view=card("## Working"), files=files)
        await page.set_viewport_size({"width": 390, "height": 640})
        await page.locator("#aside").get_by_role("button", name="Stop").click()
        details = ui.Modal(title="Details")
        details.add_item(ui.TextDisplay[Any]("- a `command` of many letters\n" * 130))
        await (await bot.interaction()).response.send_modal(details)
        modal = page.locator("#modal")
        submit = modal.get_by_role("button", name="Submit")
        await expect(modal.get_by_role("heading", name="Details")).to_be_in_viewport(ratio=1)
        await expect(submit).to_be_in_viewport(ratio=1)
        await expect(modal.locator("li").first).to_be_in_viewport(ratio=1)
        await expect(modal.locator("li").last).not_to_be_in_viewport()
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390
        await submit.click()
        read = await bot.interaction()
        await read.response.defer()
        await expect(modal).not_to_be_visible()


@pytest.mark.browser
async def test_files_go_in_and_people_change(tmp_path: Path) -> None:
    async with twin(Still()) as sim, online(sim) as bot, opened(sim) as page:
        given = tmp_path / "note.txt"
        given.write_text("hello")
        await page.locator("#main input[type=file]").set_input_files(given)
        await expect(page.locator("#main .chips li")).to_contain_text("note.txt")
        await page.fill("#main textarea", "look at this")
        await page.press("#main textarea", "Enter")
        heard = await bot.message()
        assert await heard.attachments[0].read() == b"hello"
        await page.locator(".who").select_option(label="Ben")
        await heard.add_reaction("👀")
        await expect(page.locator(".reaction").get_by_role("img", name="eyes")).to_be_visible()
        await page.locator(".reaction").click()
        await bot.until("raw_reaction_add", 2)
        message = sim.messages(sim.channel("general"))[0]
        assert [user.name for user in message.reactions["👀"]] == ["Aether", "Ben"]
        sim.archive(sim.open_thread(sim.person("Ann"), message, "quiet"))
        await expect(page.locator(".thread-card")).to_contain_text("archived")
        await page.set_viewport_size({"width": 390, "height": 844})
        await page.locator("#menu").click()
        await page.locator(".channel", has_text="random").click()
        await expect(page.locator("#main h1")).to_have_text("random")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390


async def test_the_page_is_for_this_machine_and_for_itself() -> None:
    async with twin(Still()) as sim:
        with pytest.raises(ValueError, match="this machine only"):
            async with serving(sim, "0.0.0.0"):  # noqa: S104 - that it is refused is the point
                pass
        async with serving(sim) as url, aiohttp.ClientSession() as session:
            for headers in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}):
                async with session.get(url, headers=headers) as answer:
                    assert answer.status == 403
            async with session.get(url) as answer:
                assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
            async with session.post(f"{url}/files/nobody", data=b"x") as answer:
                assert answer.status == 404
