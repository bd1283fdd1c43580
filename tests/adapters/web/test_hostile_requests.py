"""Requests that no page of ours makes: each is refused in words, and none is a fault of ours."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest
from web_house import PATIENCE, Bench, open_bench, tab

from adapters.web import files, server
from adapters.web.access import Access
from adapters.web.connections import Connections

FORM = b"Content-Type: application/x-www-form-urlencoded"
PARTS = b"Content-Type: multipart/form-data; boundary=x"


def host_of(bench: Bench) -> str:
    return bench.url.removeprefix("http://")


async def opened(bench: Bench) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, _, port = host_of(bench).partition(":")
    return await asyncio.open_connection(host, int(port))


async def raw(bench: Bench, line: bytes, *headers: bytes, body: bytes = b"") -> int:
    """The status of the answer to these bytes."""
    reader, writer = await opened(bench)
    fixed = (b"Host: " + host_of(bench).encode(), b"Connection: close")
    length = (b"Content-Length: %d" % len(body),) if body else ()
    rows = (line + b" HTTP/1.1", *fixed, *length, *headers)
    writer.write(b"".join(row + b"\r\n" for row in rows) + b"\r\n" + body)
    try:
        async with asyncio.timeout(PATIENCE):
            status = await reader.readline()
    finally:
        writer.close()
    return int(status.split()[1])


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (b"Origin: http://[", 403),
        (b"Origin: http://\xff", 403),
        (b"Authorization: Bearer \xff", 401),
        (b"Cookie: aether=\xff", 401),
        (b'Cookie: aether="\\377"', 401),
        (b"Authorization: Basic czNjcmV0", 401),
        (b"Authorization: s3cret", 401),
    ],
)
async def test_headers_that_are_no_text(tmp_path: Path, header: bytes, status: int) -> None:
    async with open_bench(tmp_path, access=Access(token="s3cret")) as bench:
        assert await raw(bench, b"GET /sessions", header) == status


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        (FORM, b"token=" + b"x" * 4_090, 303),
        (FORM, b"token=" + b"x" * 4_091, 413),
        (FORM, b"&".join([b"a=b"] * 1_300), 413),
        (FORM, b"\xff\xfe", 303),
        (FORM, b"token=%ff%00", 303),
        (FORM + b"; charset=none-such", b"token=a", 303),
        (FORM + b"; charset=hex", b"token=a", 303),
        (PARTS, b"no parts at all", 303),
        (PARTS, b'--x\r\nContent-Disposition: form-data; name="token"\r\n\r\ns3cret\r\n--x--', 303),
        (FORM + b"\r\nContent-Encoding: gzip", b"token=s3cret", 400),
    ],
)
async def test_forms_that_anybody_may_send(
    tmp_path: Path, kind: bytes, body: bytes, status: int
) -> None:
    """At most 4 KiB of it are read, and what is no form of ours has no right token."""
    async with open_bench(tmp_path, access=Access(token="s3cret")) as bench:
        assert await raw(bench, b"POST /login", kind, body=body) == status


async def test_a_form_without_an_end(tmp_path: Path) -> None:
    """Sent in chunks, so that no length is known before: the answer does not wait for the rest."""
    async with open_bench(tmp_path, access=Access(token="s3cret")) as bench:
        reader, writer = await opened(bench)
        head = f"POST /login HTTP/1.1\r\nHost: {host_of(bench)}\r\n".encode()
        writer.write(head + b"Transfer-Encoding: chunked\r\n\r\n1388\r\n" + b"x" * 0x1388 + b"\r\n")
        async with asyncio.timeout(PATIENCE):
            assert (await reader.readline()).split()[1] == b"413"
        writer.close()


async def test_a_form_of_another_site(tmp_path: Path) -> None:
    async with open_bench(tmp_path, access=Access(token="s3cret")) as bench:
        for path in ("/login", "/files"):
            headers = {"Origin": "https://evil.example"}
            async with bench.http.post(path, headers=headers, data=b"token=s3cret") as answer:
                assert answer.status == 403
                assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("name", ["%00", "a%2fb", "%ff", "x" * 65, "a%20b", "..%2f"])
@pytest.mark.parametrize("what", ["", "/cards", "/replay", "/export"])
async def test_names_that_no_session_has(tmp_path: Path, name: str, what: str) -> None:
    async with open_bench(tmp_path) as bench:
        line = f"GET /sessions/{name}{what}".encode()
        assert await raw(bench, line) == 404


async def test_a_body_that_is_not_what_it_says(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        line, gzip = b"POST /files?name=x", b"Content-Encoding: gzip"
        assert await raw(bench, line, gzip, body=b"not gzip") == 400


async def test_slow_uploads_keep_nobody_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many as may be in memory, each with a byte of what it promised, and no more."""
    monkeypatch.setattr(files, "PATIENCE", 0.2)
    async with open_bench(tmp_path) as bench:
        slow = [await opened(bench) for _ in range(files.AT_ONCE)]
        head = f"POST /files HTTP/1.1\r\nHost: {host_of(bench)}\r\nContent-Length: 9\r\n\r\nx"
        for _, writer in slow:
            writer.write(head.encode())
        async with asyncio.timeout(PATIENCE):
            async with bench.http.post("/files", data=b"quick") as answer:
                assert answer.status == 201
            statuses = [await reader.readline() for reader, _ in slow]
        assert {status.split()[1] for status in statuses} == {b"408"}
        for _, writer in slow:
            writer.close()


async def test_sockets_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "Connections", lambda: Connections(most=2))
    async with open_bench(tmp_path) as bench, AsyncExitStack() as stack:
        for _ in range(2):
            client = await stack.enter_async_context(tab(bench))
            await client.until(lambda frame: "hello" in frame)
        for path in ("/ws/agent/t", "/ws/chat"):
            with pytest.raises(aiohttp.WSServerHandshakeError, match="503"):
                await bench.http.ws_connect(path)
        async with bench.http.get("/healthz") as answer:
            assert answer.status == 200
