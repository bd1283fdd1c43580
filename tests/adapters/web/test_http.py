"""The plain HTTP side on a real server: who is let in, files, sessions, health."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from web_house import Bench, open_bench, tab

from adapters.web import files
from adapters.web.access import Access
from adapters.web.rate_limits import Rates
from runtime.errors import Misconfigured
from runtime.events import FileRef, MessageReceived
from runtime.ids import Actor, Address
from runtime.testing.model import Line

FILE = f"/sessions/t/files/{'0' * 64}"


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:8420"},
        {"Host": "localhost.evil.example"},
        {"Host": ""},
        {"Host": "10.0.0.1"},
        {"Host": "[::"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
    ],
)
@pytest.mark.parametrize("path", ["/", "/sessions", "/ws/agent/x", "/ws/chat", "/metrics"])
async def test_strangers_are_turned_away(
    tmp_path: Path, headers: dict[str, str], path: str
) -> None:
    async with open_bench(tmp_path) as bench, bench.http.get(path, headers=headers) as answer:
        assert answer.status in (400, 403)


async def test_our_own_page_is_let_in(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        async with bench.http.get("/sessions", headers={"Origin": bench.url}) as answer:
            assert answer.status == 200
        socket = bench.http.ws_connect("/ws/agent/t", headers={"Origin": bench.url})
        async with socket as line:
            assert "hello" in json.loads(await line.receive_str())


async def test_a_token_opens_the_door(tmp_path: Path) -> None:
    async with open_bench(tmp_path, access=Access(token="s3cret")) as bench:
        for path in ("/sessions", "/metrics", "/ws/agent/t", "/ws/chat", FILE):
            async with bench.http.get(path) as answer:
                assert answer.status == 401, path
        for path in ("/healthz", "/readyz", "/"):
            async with bench.http.get(path) as answer:
                assert answer.status == 200, path
        bearer = {"Authorization": "Bearer s3cret"}
        async with bench.http.get("/sessions", headers=bearer) as answer:
            assert answer.status == 200
        async with bench.http.get("/sessions", headers={"Authorization": "Bearer no"}) as answer:
            assert answer.status == 401
        async with bench.http.post("/login", data={"token": "no"}, allow_redirects=False) as wrong:
            assert wrong.headers["Location"] == "/?wrong=1"
            assert "Set-Cookie" not in wrong.headers
        sent = bench.http.post("/login", data={"token": "s3cret"}, allow_redirects=False)
        async with sent as answer:
            cookie = answer.headers["Set-Cookie"]
            assert answer.status == 303
        assert "s3cret" not in cookie
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert "Secure" not in cookie
        # A proxy that speaks HTTPS: the browser says so, the connection does not.
        ours = {"Origin": bench.url.replace("http:", "https:")}
        sent = bench.http.post("/login", data={"token": "s3cret"}, headers=ours)
        async with sent as answer:
            assert "Secure" in answer.history[0].headers["Set-Cookie"]
        named = {"Cookie": cookie.split(";")[0]}
        async with bench.http.get("/sessions", headers=named) as answer:
            assert answer.status == 200


def test_the_network_needs_a_token() -> None:
    with pytest.raises(Misconfigured, match=r"set web\.token"):
        Access(host="0.0.0.0")  # noqa: S104 - it is refused
    assert "s3cret" not in repr(Access(host="0.0.0.0", token="s3cret"))  # noqa: S104 - with a token


def test_a_client_has_its_rate() -> None:
    now = [0.0]
    rates = Rates(1.0, 3.0, lambda: now[0])
    assert [rates.take("a") for _ in range(4)] == [True, True, True, False]
    assert rates.take("b")
    now[0] = 1.0
    assert [rates.take("a"), rates.take("a")] == [True, False]


async def test_every_answer_is_dressed(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        for path in ("/", "/sessions", "/nothing", "/healthz", "/static/app.js"):
            async with bench.http.get(path) as answer:
                policy = answer.headers["Content-Security-Policy"]
                assert "default-src 'none'" in policy
                assert "unsafe" not in policy
                assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def named(bench: Bench, file: dict[str, Any]) -> str:
    """Where the file is had, once a message of a session has it."""
    ref = FileRef(name="a", artifact=file["artifact"], size=1)
    ann, name = Actor(id="ann", name="Ann"), str(file["artifact"])
    said = MessageReceived(actor=ann, text="Look", message_id=name, aside=True, files=(ref,))
    await bench.service.sessions.tell(Address(platform="web", thread="t"), (said,))
    return f"/sessions/t/files/{name}"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("notes.txt", "notes.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\y.doc", "y.doc"),
        ('a"\r\nSet-Cookie: x=1', "a___Set-Cookie_ x=1"),
        ("gpj\u202eexe.png", "gpj_exe.png"),
        ("..", "file"),
        ("", "file"),
        ("é" * 300, "é" * 120),
    ],
)
async def test_a_file_goes_in_and_comes_out(tmp_path: Path, name: str, kept: str) -> None:
    async with open_bench(tmp_path) as bench:
        async with bench.http.post("/files", params={"name": name}, data=b"<script>") as answer:
            file = await answer.json()
            assert (answer.status, file["name"], file["size"]) == (201, kept, 8)
        path = await named(bench, file)
        async with bench.http.get(path, params={"name": name}) as answer:
            assert await answer.read() == b"<script>"
            assert answer.content_type == "application/octet-stream"
            assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
            assert "sandbox" in answer.headers["Content-Security-Policy"]
            assert "Set-Cookie" not in answer.headers


async def test_a_file_of_a_message_reaches_the_session(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench, tab(bench) as client:
        async with bench.http.post("/files?name=a.txt", data=b"abc") as answer:
            file = await answer.json()
        sent = {key: file[key] for key in ("artifact", "name", "media_type")}
        await client.send(type="message", text="Look", files=[sent])
        said = await client.event("message_received")
        assert said["files"][0]["size"] == 3
        await client.send(type="message", text="Look", files=[{**sent, "artifact": "0" * 64}])
        said = await client.event("message_received")
        assert (said["files"], [unread["name"] for unread in said["unread"]]) == ([], ["a.txt"])


async def test_files_are_bounded(tmp_path: Path) -> None:
    async def endless() -> Any:
        for _ in range(files.LIMIT // 65_536 + 2):
            yield b"x" * 65_536

    async with open_bench(tmp_path) as bench:
        async with bench.http.post("/files", data=b"") as answer:
            assert answer.status == 400
        async with bench.http.post("/files", data=endless()) as answer:
            assert answer.status == 413
        for name in ("0" * 64, "..%2f..%2fetc%2fpasswd", "x"):
            async with bench.http.get(f"/sessions/t/files/{name}") as answer:
                assert answer.status == 404


async def test_pictures_are_pictures_by_their_bytes(tmp_path: Path) -> None:
    cases = {b"\x89PNG\r\n\x1a\n0": "image/png", b"<svg/>": "application/octet-stream"}
    async with open_bench(tmp_path) as bench:
        for data, kind in cases.items():
            async with bench.http.post("/files", data=data) as answer:
                file = await answer.json()
            async with bench.http.get(await named(bench, file)) as answer:
                assert answer.content_type == kind


async def test_sessions_are_listed_and_found(tmp_path: Path) -> None:
    async with open_bench(tmp_path, Line(text="The answer is heron.")) as bench:
        for thread, text in (("a", "Name a bird"), ("b", "Name a fish")):
            async with tab(bench, thread) as client:
                await client.send(type="message", text=text)
                await client.event("run_finished")
        assert await titles(bench, "") == ["Name a fish", "Name a bird"]
        assert await titles(bench, "HERON bird") == ["Name a bird"]
        assert await titles(bench, "nothing like it") == []
        async with bench.http.get("/sessions", params={"limit": "x"}) as answer:
            assert answer.status == 400
        async with bench.http.get(f"/sessions/{bench.session('a')}") as answer:
            standing = await answer.json()
        assert standing["idle"] is True
        assert standing["address"]["thread"] == "a"


async def titles(bench: Bench, words: str) -> list[str]:
    async with bench.http.get("/sessions", params={"q": words}) as answer:
        return [found["title"] for found in (await answer.json())["sessions"]]


async def test_health_and_figures(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        for path, text in (("/healthz", "ok"), ("/readyz", "ready")):
            async with bench.http.get(path) as answer:
                assert (answer.status, (await answer.text()).strip()) == (200, text)
        async with bench.http.get("/metrics") as answer:
            assert 'aether_http_requests_total{route="/healthz",status="200"} 1.0' in (
                await answer.text()
            )


@pytest.mark.parametrize("path", ["/static/..%2fserver.py", "/static/x", "/static/.hidden", "/x"])
async def test_only_the_page_is_served(tmp_path: Path, path: str) -> None:
    async with open_bench(tmp_path) as bench, bench.http.get(path) as answer:
        assert answer.status == 404
