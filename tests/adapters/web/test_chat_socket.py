"""`/ws/chat`: one answer to each message, whatever waits for people, and nothing is left behind."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from held_model import HeldModel
from web_house import PATIENCE, Bench, open_bench, tab

from adapters.commands import BY_WORD
from adapters.web import chat_socket
from runtime.ports import Message, ModelDelta, ToolSpec
from runtime.testing.model import Line, ScriptedModel

DELETE = Line(calls=(("shell", {"command": "rm -rf build"}),))
LONG = " ".join(f"word{n}" for n in range(400))
ASK = Line(calls=(("ask", {"question": "Which colour?", "options": ["red", "blue"]}),))


class Held(ScriptedModel):
    """Says nothing before it may."""

    def __init__(self, until: asyncio.Event) -> None:
        super().__init__([Line(text="Hello.")])
        self._until = until

    async def turn(
        self,
        messages: Sequence[Message],
        tools: Sequence[ToolSpec],
        *,
        instructions: str,
        max_tokens: int,
        may_call: bool = True,
    ) -> AsyncGenerator[ModelDelta]:
        await self._until.wait()
        told = super().turn(
            messages, tools, instructions=instructions, max_tokens=max_tokens, may_call=may_call
        )
        async for delta in told:
            yield delta


async def chat(socket: aiohttp.ClientWebSocketResponse, **said: Any) -> dict[str, str]:
    await socket.send_str(json.dumps(said))
    async with asyncio.timeout(PATIENCE):
        return json.loads(await socket.receive_str())


async def test_what_is_wrong_is_named(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench, bench.http.ws_connect("/ws/chat") as socket:
        for bad in ("x", "{}", '{"message": 3}', '{"message": ""}', "[" * 5_000):
            await socket.send_str(bad)
            assert set(json.loads(await socket.receive_str())) == {"error"}
        await socket.send_bytes(b"\xff")
        assert "binary" in json.loads(await socket.receive_str())["error"]
        assert (await chat(socket, message="Hi"))["response"] == "Hello."


async def test_a_task_that_waits_says_so_every_time(tmp_path: Path) -> None:
    """Also to words that come while it waits; decided elsewhere, it goes on."""
    script = (Line(text="Hello."), DELETE, Line(text="It is gone."), Line(text="You are welcome."))
    async with open_bench(tmp_path, *script) as bench, bench.http.ws_connect("/ws/chat") as socket:
        first = await chat(socket, message="Hi")
        name = first["session_id"]
        assert first["response"] == "Hello."
        for words in ("Delete it", "Are you there?"):
            waits = await chat(socket, message=words, session_id=name)
            assert "waits for a decision" in waits["error"]
        async with tab(bench, name) as client:
            gate = (await client.event("approval_required"))["approval_id"]
            await client.send(type="deny", approval_id=gate)
            await client.event("run_finished")
        thanks = await chat(socket, message="Thanks", session_id=name)
        assert thanks["response"] == "You are welcome."


async def test_an_answer_by_chat(tmp_path: Path) -> None:
    script = (ASK, Line(text="Blue it is."))
    async with open_bench(tmp_path, *script) as bench, bench.http.ws_connect("/ws/chat") as socket:
        assert "waits for a decision" in (await chat(socket, message="Paint it"))["error"]
        assert (await chat(socket, message="blue"))["response"] == "Blue it is."


@pytest.mark.parametrize("words", ["aside lunch at noon", "status", "grants"])
async def test_words_that_are_no_task(tmp_path: Path, words: str) -> None:
    """They are answered at once: no task will end for them."""
    async with open_bench(tmp_path) as bench, bench.http.ws_connect("/ws/chat") as socket:
        assert (await chat(socket, message=words))["response"]
        assert (await chat(socket, message="Hi"))["response"] == "Hello."


async def test_words_beside_a_task(tmp_path: Path) -> None:
    """What is no task is answered at once, also while one runs."""
    held = asyncio.Event()
    async with open_bench(tmp_path, model=Held(held)) as bench, tab(bench) as client:
        await client.send(type="message", text="Hi")
        await client.event("run_started")
        async with bench.http.ws_connect("/ws/chat") as socket:
            for words in ("aside lunch at noon", "pause", "resume"):
                answer = await chat(socket, message=words, session_id="t")
                done = BY_WORD[words.split()[0]].done
                assert answer == {"response": done, "session_id": bench.session("t")}
            refused = await chat(socket, message="resume", session_id="t")
            assert refused == {"error": "Nothing is paused here."}
        held.set()
        await client.event("run_finished")


async def test_talk_beside_a_gate(tmp_path: Path) -> None:
    async with open_bench(tmp_path, DELETE) as bench, bench.http.ws_connect("/ws/chat") as socket:
        waits = await chat(socket, message="Delete it", session_id="t")
        assert "waits for a decision" in waits["error"]
        noted = await chat(socket, message="aside Let us ask Bob", session_id="t")
        assert noted["response"] == "Noted."


@pytest.mark.parametrize("stop", ["Stop!!", "Abbrechen", "止めて"])
async def test_what_a_stopped_task_had_said_comes_with_the_reason(
    tmp_path: Path, stop: str
) -> None:
    model = HeldModel([Line(text=LONG, pieces=8)])
    model.hold(0, 5)
    async with open_bench(tmp_path, model=model) as bench, tab(bench, query="?view=1") as page:
        async with bench.http.ws_connect("/ws/chat") as socket:
            await socket.send_json({"message": "Tell all", "session_id": "t"})
            await page.page("word200")
            await page.send(type="message", text=stop)
            answer = json.loads(await socket.receive_str())
        assert answer["error"].startswith("Stopped by Ann.")
        assert "word200" in answer["response"]
        assert answer["response"].endswith(f"⏹️ {answer['error']}")
        assert answer["session_id"] == bench.session("t")


async def test_a_task_that_is_stopped_before_it_spoke_gives_the_reason_alone(
    tmp_path: Path,
) -> None:
    held = asyncio.Event()
    async with (
        open_bench(tmp_path, model=Held(held)) as bench,
        tab(bench) as client,
        bench.http.ws_connect("/ws/chat") as socket,
    ):
        await socket.send_json({"message": "Hi", "session_id": "t"})
        await client.event("run_started")
        await client.send(type="stop", run_id="")
        assert set(json.loads(await socket.receive_str())) == {"error"}


async def test_who_leaves_is_not_waited_for(tmp_path: Path) -> None:
    """The task goes on; the socket is not held until its end."""
    held = asyncio.Event()

    async with open_bench(tmp_path, model=Held(held)) as bench, tab(bench) as client:
        async with bench.http.ws_connect("/ws/chat") as socket:
            await socket.send_str(json.dumps({"message": "Hi", "session_id": "t"}))
            await client.event("run_started")
        async with asyncio.timeout(PATIENCE):
            while await sockets(bench) != "aether_sockets 1.0":
                pass
        held.set()
        await client.event("run_finished")


async def test_who_does_not_wait_is_sent_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = asyncio.Event()
    monkeypatch.setattr(chat_socket, "WAITING", 2)
    async with open_bench(tmp_path, model=Held(held)) as bench:
        async with bench.http.ws_connect("/ws/chat") as socket:
            for number in range(9):
                await socket.send_str(json.dumps({"message": f"Message {number}"}))
            async with asyncio.timeout(PATIENCE):
                assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
            assert socket.close_code == aiohttp.WSCloseCode.POLICY_VIOLATION
        held.set()


async def sockets(bench: Bench) -> str:
    """The line of the figures; nothing where we ask too often."""
    async with bench.http.get("/metrics") as answer:
        rows = (await answer.text()).splitlines()
    return next((row for row in rows if row.startswith("aether_sockets ")), "")
