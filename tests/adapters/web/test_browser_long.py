"""Messages that are too long: their words stay, and the page goes on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.async_api import Page, WebSocketRoute, expect
from web_browser import arrive, browser, connected, say
from web_house import open_bench, tab

from adapters.web import frames

pytestmark = pytest.mark.browser


async def paste(page: Page, text: str) -> None:
    """At once, as from the clipboard."""
    await page.evaluate("(text) => { document.getElementById('say').value = text }", text)


@pytest.mark.parametrize(
    "text", ["a" * 40_001, "ж" * 33_000, "a" * 1_200_000], ids=["letters", "bytes", "both"]
)
async def test_what_is_too_long_is_not_sent(tmp_path: Path, text: str) -> None:
    async with open_bench(tmp_path) as bench, browser() as page:
        await arrive(page, f"{bench.url}/s/t")
        await paste(page, text)
        await page.click("#send")
        await expect(page.locator(".toast")).to_contain_text("too long: send it in parts")
        assert await page.input_value("#say") == text
        await connected(page)
        await say(page, "Shorter")
        await expect(page.locator(".line")).to_contain_text(["Shorter"])


async def test_words_that_end_the_line_come_back(tmp_path: Path) -> None:
    """A proxy may take less than the server: its close is not answered with the same again."""
    lines: list[WebSocketRoute] = []

    def joined(line: WebSocketRoute) -> None:
        lines.append(line)
        server = line.connect_to_server()

        async def said(message: str | bytes) -> None:
            if "much" in str(message):
                await line.close(code=1009, reason="too large")
            else:
                server.send(message)

        line.on_message(said)

    async with open_bench(tmp_path) as bench, browser() as page:
        await page.route_web_socket("**/ws/agent/**", joined)
        await arrive(page, f"{bench.url}/s/t")
        await say(page, "It is much")
        await expect(page.locator("#say")).to_have_value("It is much")
        await expect(page.locator(".toast")).to_contain_text("too long")
        await connected(page)
        await say(page, "It is little")
        await expect(page.locator(".ending")).to_contain_text("Done")
        assert len(lines) == 2


async def test_words_that_are_refused_come_back(tmp_path: Path) -> None:
    """The server counts otherwise than the page did."""

    def joined(line: WebSocketRoute) -> None:
        server = line.connect_to_server()

        def said(message: str | bytes) -> None:
            frame = json.loads(message)
            long = {"text": "a" * 50_000} if frame.get("text") == "Long" else {}
            server.send(json.dumps(frame | long))

        line.on_message(said)

    async with open_bench(tmp_path) as bench, browser() as page:
        await page.route_web_socket("**/ws/agent/**", joined)
        await arrive(page, f"{bench.url}/s/t")
        await say(page, "Long")
        await expect(page.locator("#say")).to_have_value("Long")
        await expect(page.locator(".toast")).to_contain_text("text: ")


@pytest.mark.parametrize(
    ("frame", "name"),
    [
        ({"type": "message", "id": "m1", "text": "a" * 40_001}, "m1"),
        ({"type": "message", "id": "m1", "text": "a" * frames.LIMIT}, "m1"),
        ({"type": "none", "id": "m1"}, "m1"),
        ({"type": "message", "id": "a b"}, ""),
        ({"type": "message", "id": 1}, ""),
        (["m1"], ""),
    ],
)
async def test_a_fault_names_the_frame(tmp_path: Path, frame: object, name: str) -> None:
    async with open_bench(tmp_path) as bench, tab(bench) as client:
        await client.socket.send_str(json.dumps(frame))
        assert (await client.reply())["error"]["id"] == name
