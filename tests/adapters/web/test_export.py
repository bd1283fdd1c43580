"""A session as one file: it needs nothing else, leads nowhere, and does nothing."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from playwright.async_api import expect
from web_browser import browser
from web_house import Bench, open_bench, tab

from adapters.web import embedded
from runtime.testing.model import Line

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR4nGP4z8AARAwQCgAf7gP9i18U1AAAAABJ"
    "RU5ErkJggg=="
)
BIRD = Line(text="A **bird**.")


async def exported(bench: Bench, text: str, **files: bytes) -> str:
    """The session of one message with these files, all said to be pictures."""
    sent: list[dict[str, str]] = []
    for name, data in files.items():
        async with bench.http.post("/files", params={"name": name}, data=data) as answer:
            artifact = (await answer.json())["artifact"]
        sent.append({"artifact": artifact, "name": name, "media_type": "image/png"})
    async with tab(bench) as client:
        await client.send(type="message", text=text, files=sent)
        await client.event("run_finished")
    async with bench.http.get("/sessions/t/export") as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        return await answer.text()


async def test_it_has_no_scripts(tmp_path: Path) -> None:
    async with open_bench(tmp_path, BIRD) as bench:
        page = await exported(bench, "<script>")
    assert "<strong>bird</strong>" in page
    assert "<title>&lt;script&gt;</title>" in page
    assert "<script" not in page
    assert "<button" not in page
    assert "--accent" in page
    assert "UTC" in page


async def test_pictures_stand_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What only says that it is a picture does not, nor what would make the file too large."""
    async with open_bench(tmp_path, BIRD) as bench:
        page = await exported(bench, "Look", dot=DOT, evil=b"<svg onload=alert(1)>")
        assert f'src="data:image/png;base64,{base64.b64encode(DOT).decode()}"' in page
        assert page.count("data:image/png") == 1
        assert "/files/" not in page
        assert "evil" in page
        monkeypatch.setattr(embedded, "LIMIT", len(DOT) - 1)
        async with bench.http.get("/sessions/t/export") as answer:
            assert "data:image/png" not in await answer.text()


@pytest.mark.browser
async def test_a_saved_file_does_nothing(tmp_path: Path) -> None:
    """Not even one that somebody wrote a script and the address of a picture into."""
    async with open_bench(tmp_path, BIRD) as bench, browser() as page:
        text = await exported(bench, "Look", dot=DOT)
        evil = (
            f'<script>document.title = "evil"</script><img id="spy" src="{bench.url}/healthz">'
            f'<link rel="stylesheet" href="{bench.url}/healthz"><iframe src="{bench.url}/healthz">'
            '</iframe><a href="javascript:document.title=\'evil\'" id="lure">x</a>'
        )
        saved = tmp_path / "saved.html"
        saved.write_text(text.replace("</body>", f"{evil}</body>"), encoding="utf-8")
        await page.goto(saved.as_uri())
        await expect(page.locator(".file img")).to_have_js_property("naturalWidth", 2)
        await expect(page.locator("#spy")).to_have_js_property("naturalWidth", 0)
        await page.locator("#lure").click()
        await expect(page).to_have_title("Look")
        await page.set_viewport_size({"width": 390, "height": 844})
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390
        async with bench.http.get("/metrics") as answer:
            assert "/healthz" not in await answer.text(), "nothing was asked for"
