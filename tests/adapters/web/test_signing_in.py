"""Signing in: wrong tokens cost time, a link signs a browser in, half a request holds nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import expect
from structlog.testing import capture_logs
from web_browser import browser, connected
from web_house import Bench, open_bench

from adapters.web import server
from adapters.web.access import Access
from adapters.web.lockout import FORGOTTEN, FREE, LONGEST, Lockout

TOKEN = "s3cret-s3cret-s3cret"
PATIENCE = 60.0  # seconds until a test gives up


def test_each_further_wrong_token_doubles_the_wait() -> None:
    now, waits = 0.0, list[float]()
    lockout = Lockout(lambda: now)
    for _ in range(FREE + 12):
        waits.append(lockout.wait("a"))
        now += waits[-1]
        lockout.failed("a")
    assert waits[:FREE] == [0.0] * FREE
    assert waits[FREE:] == [min(2.0**n, LONGEST) for n in range(12)]
    assert lockout.wait("b") == 0.0, "others are not held up"
    lockout.passed("a")
    assert lockout.wait("a") == 0.0


def test_a_day_of_guesses_is_few() -> None:
    now, tries = 0.0, 0
    lockout = Lockout(lambda: now)
    while now < 24 * 3600:
        now += lockout.wait("a")
        lockout.failed("a")
        tries += 1
    assert tries < 320


def test_who_mistyped_long_ago_starts_anew() -> None:
    now = 0.0
    lockout = Lockout(lambda: now)
    for _ in range(FREE - 1):
        lockout.failed("a")
    now = FORGOTTEN
    assert lockout.failed("a") == 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("", "", True),
    ],
)
def test_a_network_of_ipv6_is_one_client(one: str, other: str, same: bool) -> None:
    lockout = Lockout(lambda: 0.0)
    for _ in range(FREE):
        lockout.failed(one)
    assert (lockout.wait(other) > 0) is same


async def test_guesses_by_form_and_by_header_count_together(tmp_path: Path) -> None:
    async with open_bench(tmp_path, access=Access(token=TOKEN)) as bench:
        with capture_logs() as logs:
            for number in range(FREE):
                assert await _tried(bench, by_form=bool(number % 2), token=f"x{number}") in (
                    303,
                    401,
                )
            for by_form in (True, False):
                assert await _tried(bench, by_form=by_form, token=TOKEN) == 429, "not looked at"
        refused = [line for line in logs if line["event"] == "login.refused"]
        assert [line["tries"] for line in refused] == list(range(1, FREE + 1))
        assert refused[-1]["client"] == "127.0.0.1"
        assert "x4" not in str(logs)
        named = {"Cookie": f"{Access(token=TOKEN).cookie_name}={Access(token=TOKEN).cookie}"}
        async with bench.http.get("/sessions", headers=named) as answer:
            assert answer.status == 200, "who is signed in works on"


async def _tried(bench: Bench, *, by_form: bool, token: str) -> int:
    if by_form:
        sent = bench.http.post("/login", data={"token": token}, allow_redirects=False)
    else:
        sent = bench.http.get("/sessions", headers={"Authorization": f"Bearer {token}"})
    async with sent as answer:
        if answer.status == 429:
            assert answer.headers["Retry-After"] == "1"
        return answer.status


@pytest.mark.parametrize("path", ["/", "/s/wanted", "/healthz", "/static/app.js"])
async def test_open_pages_tell_nothing_of_a_token(tmp_path: Path, path: str) -> None:
    async with open_bench(tmp_path, access=Access(token=TOKEN)) as bench:
        texts: set[str] = set()
        for token in (TOKEN, "wrong"):
            headers = {"Authorization": f"Bearer {token}"}
            async with bench.http.get(path, headers=headers) as answer:
                texts.add(f"{answer.status} {await answer.text()}")
        assert len(texts) == 1


async def test_half_a_request_holds_no_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "SILENCE", 0.2)
    async with open_bench(tmp_path) as bench, asyncio.timeout(PATIENCE):
        port = int(bench.url.rpartition(":")[2])
        halves = [await asyncio.open_connection("127.0.0.1", port) for _ in range(50)]
        for number, (_, writer) in enumerate(halves):
            writer.write((b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ", b"")[number % 2])
        for reader, writer in halves:
            assert await reader.read() == b""
            writer.close()


@pytest.mark.browser
async def test_the_link_of_the_terminal_signs_a_browser_in(tmp_path: Path) -> None:
    async with open_bench(tmp_path, access=Access(token=TOKEN)) as bench, browser() as page:
        await page.goto(f"{bench.url}/#token={TOKEN}")
        await connected(page)
        assert TOKEN not in page.url
        await page.goto(f"{bench.url}/s/again#token={TOKEN}")
        await connected(page)
        assert page.url == f"{bench.url}/s/again", "used by who is signed in, it leaves no trace"
        await page.go_back()
        assert TOKEN not in page.url


@pytest.mark.browser
async def test_a_browser_that_must_wait_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No second passes: however slow this machine is, the wait is not over before it is met.
    monkeypatch.setattr(server, "Lockout", lambda: Lockout(lambda: 0.0))
    async with open_bench(tmp_path, access=Access(token=TOKEN)) as bench, browser() as page:
        for _ in range(FREE):
            assert await _tried(bench, by_form=True, token="wrong") == 303
        await page.goto(bench.url)
        await page.get_by_label("Token").fill("wrong")
        await page.get_by_role("button", name="Sign in").click()
        await expect(page.get_by_role("alert")).to_contain_text(
            "Too many wrong tokens: try again in"
        )
