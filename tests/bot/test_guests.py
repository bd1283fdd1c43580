"""Doors of chat platforms on the web server: no token is asked for, and everything is bounded."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from web_house import open_web_house, web_door

from adapters.web import login, server
from adapters.web.access import Access
from adapters.web.server import GUEST_LIMIT, address_of, listen, serving

PLACE, PAGE = "/slack/events", "/slack/install"
OURS = {"Host": "127.0.0.1", "Origin": "http://127.0.0.1"}
STRANGE = {"Host": "aether.example.org", "Origin": "https://elsewhere.example"}


async def echo(request: web.Request) -> web.Response:
    return web.Response(text=f"{len(await request.read())} bytes")


@asynccontextmanager
async def served(folder: Path) -> AsyncGenerator[aiohttp.ClientSession]:
    """A workbench with a token, and one guest."""
    waiting = listen("127.0.0.1", 0)
    guests = [web.post(PLACE, echo), web.get(PAGE, echo)]
    async with (
        open_web_house(folder) as service,
        serving(waiting, web_door(service, folder), Access(token="t" * 20), guests),
        aiohttp.ClientSession(address_of(waiting), headers=STRANGE) as http,
    ):
        yield http


async def test_a_guest_is_asked_for_neither_token_nor_host_nor_origin(tmp_path: Path) -> None:
    async with served(tmp_path) as http:
        async with http.post(PLACE, data=b"hello") as answer:
            assert (answer.status, await answer.text()) == (200, "5 bytes")
        async with http.get("/sessions") as answer:
            assert answer.status == 403, "everybody else is"
        async with http.get(PLACE) as answer:
            assert answer.status == 403, "another method is another door"


async def test_what_a_guest_sends_is_bounded(tmp_path: Path) -> None:
    async with served(tmp_path) as http:
        async with http.post(PLACE, data=io.BytesIO(b"x" * GUEST_LIMIT)) as answer:
            assert answer.status == 200
        async with http.post(PLACE, data=io.BytesIO(b"x" * (GUEST_LIMIT + 1))) as answer:
            assert answer.status == 413


async def test_what_nobody_signed_uses_up_no_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who calls stands in the body, so a flood of strangers must not keep the platform out."""
    # The limit is for floods: a test that sent one would take as long as the flood.
    monkeypatch.setattr(server, "REQUESTS_AT_ONCE", 2.0)
    monkeypatch.setattr(server, "REQUESTS_PER_SECOND", 0.001)
    async with served(tmp_path) as http:
        assert {(await http.post(PLACE, data=b"x")).status for _ in range(9)} == {200}
        seen = [(await http.get(PAGE)).status for _ in range(3)]
        assert seen == [200, 200, 429], "pages of a guest are limited"
        # A proxy gives everybody one address: neither must lock the people out.
        for _ in range(2):
            async with http.get("/healthz", headers=OURS) as answer:
                assert answer.status == 200


async def test_a_body_that_does_not_come_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login, "PATIENCE", 0.05)
    never = asyncio.Event()

    async def half() -> AsyncGenerator[bytes]:
        yield b"half"
        await never.wait()

    async with served(tmp_path) as http, http.post(PLACE, data=half()) as answer:
        assert answer.status == 408
