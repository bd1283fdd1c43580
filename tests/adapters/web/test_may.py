"""Every door asks: whoever may not read a session gets nothing of it, by whatever route."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from web_house import Bench, open_bench

from adapters.web import app_keys
from adapters.web.access import Access
from adapters.web.context import WebContext
from adapters.web.server import application
from runtime.events import MessageReceived
from runtime.ids import Actor, Address, session_id
from runtime.testing.model import Line

SECRET = "heron-4711"
CHAT = Address(platform="slack", team="T1", channel="C1", thread="1.1")
ANN = Actor(id="U1", name="Ann")
STRANGER = Actor(id="U2", name="Stranger")

SESSION = {
    "/ws/agent/{session_id}",
    "/sessions/{session_id}",
    "/sessions/{session_id}/cards",
    "/sessions/{session_id}/replay",
    "/sessions/{session_id}/export",
    "/sessions/{session_id}/files/{artifact}",
}
"""Routes that are about one session."""
SOME = {"/sessions", "/ws/chat"}
"""Routes that show what there is of several, or of the one that a message names."""
NONE = {
    "/", "/s/{session_id}", "/static/{name}", "/login", "/files", "/healthz", "/readyz", "/metrics",
}  # fmt: skip
"""Routes that show nothing of any session: pages without data, uploads, health and figures."""


def routes(context: WebContext) -> set[str]:
    app = application(context, Access())
    return {str(route.resource.canonical) for route in app.router.routes() if route.resource}


@asynccontextmanager
async def bench_of(folder: Path, person: Actor) -> AsyncGenerator[Bench]:
    """A thread of a chat, seen by somebody of whom nobody knows that they are in its channel."""

    def seen_by(context: WebContext) -> WebContext:
        return replace(context, person=person)

    async with open_bench(folder, Line(text=f"It is {SECRET}."), change=seen_by) as bench:
        said = MessageReceived(actor=ANN, text=f"What is {SECRET}?", message_id="1")
        await bench.service.sessions.tell(CHAT, (said,))
        feed = await bench.service.sessions.view(session_id(CHAT))
        while not ((run := (await feed.changed()).run) and run.outcome):
            pass
        await feed.aclose()
        yield bench


async def test_every_route_is_known(tmp_path: Path) -> None:
    """A new route belongs to one of the lists, and to the tests below."""
    async with open_bench(tmp_path) as bench:
        assert routes(bench.context) == SESSION | SOME | NONE
        assert app_keys.CONTEXT


@pytest.mark.parametrize("route", sorted(SESSION))
async def test_a_session_is_closed_to_whoever_may_not_read_it(tmp_path: Path, route: str) -> None:
    path = route.format(session_id=session_id(CHAT), artifact="0" * 64)
    async with bench_of(tmp_path, STRANGER) as bench, bench.http.get(path) as answer:
        assert answer.status == 403
        assert SECRET not in await answer.text()


async def test_lists_and_searches_leave_it_out(tmp_path: Path) -> None:
    async with bench_of(tmp_path, STRANGER) as bench:
        for path in ("/sessions", f"/sessions?q={SECRET}"):
            async with bench.http.get(path) as answer:
                assert (await answer.json()) == {"sessions": []}


async def test_a_message_to_it_by_name_is_refused(tmp_path: Path) -> None:
    async with bench_of(tmp_path, STRANGER) as bench:
        before = await bench.service.manager.entries(session_id(CHAT))
        async with bench.http.ws_connect("/ws/chat") as socket:
            await socket.send_json({"message": "status", "session_id": session_id(CHAT)})
            told: dict[str, Any] = await socket.receive_json(timeout=10)
        assert "channel" in told["error"]
        assert SECRET not in str(told)
        assert await bench.service.manager.entries(session_id(CHAT)) == before


@pytest.mark.parametrize("route", sorted(SESSION - {"/sessions/{session_id}/files/{artifact}"}))
async def test_the_local_operator_sees_every_platform(tmp_path: Path, route: str) -> None:
    path = route.format(session_id=session_id(CHAT))
    async with bench_of(tmp_path, replace_local(ANN)) as bench:
        if route.startswith("/ws/"):
            async with bench.http.ws_connect(path) as socket:
                assert "hello" in await socket.receive_json(timeout=10)
            return
        async with bench.http.get(path) as answer:
            assert answer.status == 200


def replace_local(actor: Actor) -> Actor:
    return actor.model_copy(update={"local": True})


async def upload(bench: Bench, data: bytes) -> dict[str, Any]:
    async with bench.http.post("/files?name=a.txt", data=data) as answer:
        return await answer.json()


async def status(http: aiohttp.ClientSession, session: str, artifact: str) -> int:
    async with http.get(f"/sessions/{session}/files/{artifact}") as answer:
        return answer.status


async def test_a_file_is_had_through_a_session_that_names_it(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        file = await upload(bench, b"abc")
        here, there = Address(platform="web", thread="a"), Address(platform="web", thread="b")
        artifact = str(file["artifact"])
        assert await status(bench.http, "a", artifact) == 404, "a hash alone opens nothing"
        said = MessageReceived(actor=ANN, text="Look", message_id="1", files=(ref(file),))
        await bench.service.sessions.tell(here, (said,))
        await bench.service.sessions.tell(there, (said.model_copy(update={"files": ()}),))
        assert await status(bench.http, "a", artifact) == 200
        assert await status(bench.http, session_id(here), artifact) == 200
        assert await status(bench.http, "b", artifact) == 404
        assert await status(bench.http, "nowhere", artifact) == 404
        async with bench.http.get(f"/files/{artifact}") as answer:
            assert answer.status in (404, 405)


def ref(file: dict[str, Any]) -> Any:
    from runtime.events import FileRef

    return FileRef(name="a.txt", artifact=file["artifact"], size=3)
