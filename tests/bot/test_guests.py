"""Doors of chat platforms on the web server: no token is asked for, and everything is bounded."""

from __future__ import annotations

import io
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from web_house import open_web_house, web_door

from adapters.web import server
from adapters.web.access import Access
from adapters.web.server import GUEST_LIMIT, address_of, listen, serving
from bot.workbench import access
from config.load import load
from runtime.errors import Misconfigured

PLACE = "/slack/events"
OURS = {"Host": "127.0.0.1", "Origin": "http://127.0.0.1"}
STRANGE = {"Host": "aether.example.org", "Origin": "https://elsewhere.example"}


async def echo(request: web.Request) -> web.Response:
    return web.Response(text=f"{len(await request.read())} bytes")


@asynccontextmanager
async def served(folder: Path) -> AsyncGenerator[aiohttp.ClientSession]:
    """A workbench with a token, and one guest."""
    waiting = listen("127.0.0.1", 0)
    guests = [web.post(PLACE, echo)]
    async with (
        open_web_house(folder) as house,
        serving(waiting, web_door(house, folder), Access(token="t" * 20), guests),
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


async def test_guests_are_limited_in_rate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The limit is for floods: a test that sent one would take as long as the flood.
    monkeypatch.setattr(server, "REQUESTS_AT_ONCE", 2.0)
    monkeypatch.setattr(server, "REQUESTS_PER_SECOND", 0.001)
    async with served(tmp_path) as http:
        seen = [(await http.post(PLACE, data=b"x")).status for _ in range(3)]
        assert seen == [200, 200, 429]
        # A proxy gives everybody one address: a flood of events must not lock the people out.
        for _ in range(2):
            async with http.get("/healthz", headers=OURS) as answer:
                assert answer.status == 200


SECRETS = {
    "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_SIGNING_SECRET": "s" * 32,
}  # fmt: skip
REACHED = [
    {"AETHER_SLACK__MODE": "http"},
    {"AETHER_SLACK__CLIENT_ID": "1.2", "AETHER_SLACK__CLIENT_SECRET": "x"},
]


@pytest.mark.parametrize("way", REACHED, ids=["http", "oauth"])
def test_who_lets_slack_in_needs_a_token(tmp_path: Path, way: dict[str, str]) -> None:
    """A proxy brings Slack to this port, and with it everybody else."""
    with pytest.raises(Misconfigured, match=r"web\.token: .*AETHER_WEB__TOKEN"):
        access(load(environ=SECRETS | way, folder=tmp_path))
    guarded = SECRETS | way | {"AETHER_WEB__TOKEN": "t" * 20}
    assert access(load(environ=guarded, folder=tmp_path)).accepts("t" * 20)


def test_a_connection_of_our_own_to_slack_needs_none(tmp_path: Path) -> None:
    assert access(load(environ=SECRETS, folder=tmp_path)).token == ""
