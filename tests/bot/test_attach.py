"""A terminal on a service that runs already: the same person, the same words, over the socket."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from web_house import Bench, open_bench, tab

from adapters.web.access import Access
from bot.remote_session import RemoteActions, address_in, attached
from bot.terminal.client import Client
from runtime.clock import SystemClock
from runtime.errors import DatabaseBusy, JournalUnavailable, Misconfigured
from runtime.events import FileRef
from runtime.ids import Actor, ArtifactHash, SessionId
from runtime.testing.model import Line as Turn

DELETE = Turn(calls=(("shell", {"command": "rm -rf build"}),))
ASK = Turn(calls=(("ask", {"question": "Which colour?", "options": ["red", "blue"]}),))
DELIVER = Turn(
    calls=(("write_file", {"path": "a.txt", "content": "x"}), ("deliver", {"path": "a.txt"}))
)
ANN = Actor(id="ann", name="Ann")
SECONDS = 60.0  # until a test gives up


async def run(bench: Bench, folder: Path, task: str, typist: Any, token: str = "") -> int:
    clock = SystemClock()
    async with asyncio.timeout(SECONDS), attached(bench.url, token, "", folder) as router:
        address = await router.address()
        sender = RemoteActions(router, address, ANN, clock)
        return await Client(router, typist, address, ANN, clock, sender).run(task)


async def test_a_task_with_a_decision_an_answer_and_a_file(tmp_path: Path, terminal: Any) -> None:
    script = (DELETE, ASK, DELIVER, Turn(text="All done."))
    typist = terminal(("Approval needed", "r"), ("Which colour?", "2"), ("/revoke 1", "/revoke 7"))
    async with open_bench(tmp_path, *script) as bench:
        assert await run(bench, tmp_path / "mine", "Delete it", typist) == 0
    assert "Approved by Ann for this task" in typist.text
    assert "Ann: blue" in typist.text
    assert "All done." in typist.text
    assert [path.read_text() for path in (tmp_path / "mine").rglob("a.txt")] == ["x"]


async def test_stopping(tmp_path: Path, terminal: Any) -> None:
    typist = terminal(("Which colour?", "/pause"), ("Paused by Ann", "/stop"))
    async with open_bench(tmp_path, ASK) as bench:
        assert await run(bench, tmp_path, "Paint", typist) == 130


async def test_an_old_session_by_the_beginning_of_its_id(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench, tab(bench) as client:
        await client.send(type="message", text="Hi")
        await client.event("run_finished")
        name = bench.session("t")
        async with attached(bench.url, "", name[:8], tmp_path) as router:
            assert router.name == name
        with pytest.raises(Misconfigured, match="no session begins"):
            async with attached(bench.url, "", "zzz", tmp_path):
                pass


async def test_a_file_that_is_gone_is_not_saved(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench, attached(bench.url, "", "", tmp_path) as router:
        gone = FileRef(name="a.txt", artifact=ArtifactHash("0" * 64), size=1)
        with pytest.raises(JournalUnavailable, match="404 to /sessions/"):
            await router.save(SessionId(router.name), gone)
    assert not (tmp_path / "delivered").exists()


async def test_the_wrong_token(tmp_path: Path, terminal: Any) -> None:
    async with open_bench(tmp_path, access=Access(token="right")) as bench:
        assert await run(bench, tmp_path, "Hi", terminal(), token="right") == 0
        with pytest.raises(Misconfigured, match=r"web\.token"):
            await run(bench, tmp_path, "Hi", terminal(), token="wrong")


def test_the_lock_names_the_address() -> None:
    busy = DatabaseBusy("database x is served by process 7 (http://127.0.0.1:8420) already: stop")
    assert address_in(busy) == "http://127.0.0.1:8420"
    assert address_in(DatabaseBusy("database x is served by another process already")) is None
