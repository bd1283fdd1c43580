"""The page in a real browser: people of two minds talk to a real app."""

from __future__ import annotations

import re
from typing import Any

import aiohttp
import pytest
from playwright.async_api import FilePayload, Page, expect
from slack_sim_state import Bench, connected, new_app, ok, open_slack
from web_browser import arrive, browser
from web_browser import connected as linked

from adapters.simulators.slack.page.server import serving
from runtime.errors import Misconfigured

Json = dict[str, Any]
browser_test = pytest.mark.browser


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


CARD: list[Json] = [
    {
        "type": "actions",
        "elements": [
            {"type": "button", "text": plain("Approve"), "action_id": "approve", "value": "1"},
            {"type": "button", "text": plain("Details"), "action_id": "details", "value": "1"},
        ],
    }
]
MODAL: Json = {
    "type": "modal",
    "callback_id": "form",
    "title": plain("Details"),
    "submit": plain("Save"),
    "blocks": [
        {
            "type": "input",
            "block_id": "name",
            "label": plain("Name"),
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}


async def visit(page: Page, url: str, **at: str) -> None:
    query = "&".join(f"{name}={value}" for name, value in at.items())
    await arrive(page, f"{url}/?{query}")


def helpful(slack: Bench) -> Any:
    """Posts a card, says privately what was refused, opens a form and keeps what it is sent."""
    app = new_app(slack)

    async def card(event: Json, say: Any) -> None:
        await say(text="card", blocks=CARD, thread_ts=event.get("thread_ts") or event["ts"])

    async def refuse(ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="Only Bob may.", response_type="ephemeral", replace_original=False)

    async def details(ack: Any, body: Json, client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    async def saved(ack: Any, view: Json, client: Any) -> None:
        await ack()
        name = view["state"]["values"]["name"]["text"]["value"]
        await client.chat_postMessage(channel=slack.general, text=f"saved {name}")

    app.event("app_mention")(card)
    app.action("approve")(refuse)
    app.action("details")(details)
    app.view("form")(saved)
    return app


@browser_test
async def test_a_task_from_mention_to_form() -> None:
    async with (
        open_slack() as slack,
        serving(slack.sim) as url,
        browser(silent=True) as page,
        connected(slack, helpful(slack)),
    ):
        await visit(page, url, user=slack.user("Ann"), channel=slack.general)
        await page.fill(".channel textarea", "@aether clean <b>up</b>")
        await page.keyboard.press("Enter")
        await page.click("text=1 reply")
        await expect(page).to_have_url(re.compile("thread="))
        await linked(page)
        await expect(page.locator(".thread .message")).to_have_count(2)
        await expect(page.locator(".thread .message").first).to_contain_text("clean <b>up</b>")
        await page.click(".thread button:has-text('Approve')")
        await expect(page.locator(".thread .ephemeral")).to_contain_text("Only Bob may.")
        await page.click(".thread button:has-text('Details')")
        await page.click(".modal button[type=submit]")
        await expect(page.locator(".modal .complaint")).to_have_text(
            "Please complete this required field."
        )
        await page.fill(".modal .field", "Ada")
        await page.click(".modal button[type=submit]")
        await expect(page.locator(".modal")).to_have_count(0)
        await expect(page.locator(".channel")).to_contain_text("saved Ada")


@browser_test
async def test_edits_streams_and_the_stop_button_are_live() -> None:
    async with open_slack() as slack, serving(slack.sim) as url, browser(silent=True) as page:
        root = await slack.sim.say("Ann", "general", "@aether go")
        await visit(page, url, user=slack.user("Ann"), channel=slack.general, thread=root.ts)
        post = await slack.post("one", thread_ts=root.ts)
        await expect(page.locator(".thread .message").nth(1)).to_contain_text("one")
        await slack.call("chat.update", channel=post.channel, ts=post.ts, text="two")
        await expect(page.locator(".thread .message").nth(1)).to_contain_text("two(edited)")
        reader = {"recipient_team_id": slack.sim.team.id, "recipient_user_id": slack.user("Ann")}
        at = await slack.call(
            "chat.startStream", channel=root.channel, thread_ts=root.ts, **reader,
            chunks=[{"type": "markdown_text", "text": "grow"}],
        )  # fmt: skip
        await expect(page.locator(".said.growing")).to_have_text("grow")
        await slack.call(
            "chat.appendStream", channel=root.channel, ts=at["ts"],
            chunks=[{"type": "markdown_text", "text": "ing"}],
        )  # fmt: skip
        await expect(page.locator(".said.growing")).to_have_text("growing")
        await page.click(".agent button:has-text('Stop')")
        await expect(page.locator(".pill")).to_have_text("Stopped")


@browser_test
async def test_files_reactions_and_the_home_tab() -> None:
    async with open_slack() as slack, serving(slack.sim) as url, browser(silent=True) as page:
        await visit(page, url, user=slack.user("Ann"), channel=slack.general)
        file = FilePayload(name="note.txt", mimeType="text/plain", buffer=b"hello")
        await page.set_input_files(".channel input[type=file]", files=[file])
        await page.click(".channel button[aria-label=Send]")
        async with page.expect_download() as saving:
            await page.click(".message .file")
        assert (await saving.value).suggested_filename == "note.txt"
        await page.hover(".message")
        await page.click(".tools button >> nth=0")
        await expect(page.locator(".reaction.mine")).to_contain_text("1")
        await expect(page.locator(".reaction .emoji[role=img]")).to_have_text("👍")
        await page.click(".reaction.mine")
        await expect(page.locator(".reaction")).to_have_count(0)
        await visit(page, url, user=slack.user("Ann"), channel="home")
        view = {"type": "home", "blocks": [{"type": "header", "text": plain("At home")}]}
        await ok(slack.client.views_publish(user_id=slack.user("Ann"), view=view))
        await expect(page.locator(".home-tab")).to_have_text("At home")


@browser_test
async def test_an_empty_channel_says_what_to_say() -> None:
    async with open_slack() as slack, serving(slack.sim) as url, browser(silent=True) as page:
        await visit(page, url, user=slack.user("Ann"), channel=slack.general)
        await page.click("text=@aether show me a small demo task")
        await expect(page.locator(".channel textarea")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.locator(".channel .message")).to_have_text(
            re.compile("@Aether show me a small demo task")
        )
        quiet = slack.sim.channel("quiet").id
        await visit(page, url, user=slack.user("Ann"), channel=quiet)
        await expect(page.locator(".empty")).to_contain_text("is not a member here")
        await expect(page.locator(".empty button")).to_have_count(0)


@browser_test
async def test_a_page_without_its_server_says_so() -> None:
    async with open_slack() as slack, serving(slack.sim) as url, browser(silent=True) as page:
        await visit(page, url, user=slack.user("Ann"), channel=slack.general)
        said = "getComputedStyle(document.querySelector('.composer'), '::before').content"
        assert await page.evaluate(said) == "none"
        await page.evaluate("document.body.dataset.link = 'down'")
        assert "Not running" in await page.evaluate(said)


async def test_commands_that_slack_would_not_take() -> None:
    async with open_slack() as slack, serving(slack.sim) as url, aiohttp.ClientSession() as http:
        said = {"user": slack.user("Ann"), "channel": slack.general, "text": "/aether status"}
        for thread, notice in (
            ("1.1", "Slack takes commands in channels only, not in threads."),
            ("", "/nothing is not a command of the app"),
        ):
            text = said["text"] if thread else "/nothing"
            form = {**said, "thread": thread, "text": text}
            async with http.post(f"{url}/say", data=form) as answer:
                assert (await answer.json())["notice"] == notice


async def test_pages_of_others_may_not_speak_to_it() -> None:
    async with open_slack() as slack, serving(slack.sim) as url, aiohttp.ClientSession() as http:
        async with http.get(url) as answer:
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        for wrong in ({"Origin": "https://example.org"}, {"Host": "example.org"}):
            async with http.post(f"{url}/act", data="{}", headers=wrong) as answer:
                assert answer.status == 403
        async with http.get(f"{url}/static/..%2fserver.py") as answer:
            assert answer.status == 404


async def test_it_serves_this_machine_only() -> None:
    async with open_slack() as slack:
        with pytest.raises(Misconfigured):
            await serving(slack.sim, "192.0.2.1").__aenter__()
