"""The agent socket on a real server: events, fragments, frames, and what is wrong with frames."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from kept_port import kept_port
from web_house import open_bench, tab

from adapters.web import frames, json_socket
from runtime.testing.model import Line

DELETE = Line(thinking="Hm.", calls=(("shell", {"command": "rm -rf build"}),))
ASK = Line(calls=(("ask", {"question": "Which colour?", "options": ["red", "blue"]}),))
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"


async def test_a_task_from_the_first_word_to_the_answer(tmp_path: Path) -> None:
    async with open_bench(tmp_path, Line(text="Hello **you**.")) as bench, tab(bench) as client:
        hello = await client.until(lambda frame: "hello" in frame)
        assert hello == {"hello": {"session_id": bench.session("t")}}
        await client.send(type="message", text="Hi", id="m1")
        assert await client.reply() == {"ack": {"type": "message", "id": "m1"}}
        await client.send(type="message", text="Hi", id="m1")
        assert "ack" in await client.reply(), "said again, it counts once"
        done = await client.event("run_finished")
        assert done["outcome"] == "done"
        said = [f for f in client.frames if "event" in f]
        assert sum(f["event"]["event"]["type"] == "message_received" for f in said) == 1


async def test_replay_after_a_seq(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        async with tab(bench) as client:
            await client.send(type="message", text="Hi")
            await client.event("run_finished")
            all_of_it = stored(client.frames)
        async with tab(bench, query="?after=2") as late:
            await late.event("run_finished")
        assert stored(late.frames) == [seq for seq in all_of_it if seq > 2]


def stored(seen: list[dict[str, Any]]) -> list[int]:
    """The seqs of what is on the record."""
    return [f["event"]["seq"] for f in seen if "event" in f and f["event"].get("delta") is None]


async def test_fragments_grow_into_the_page(tmp_path: Path) -> None:
    script = (DELETE, Line(text="It is **gone**."))
    async with open_bench(tmp_path, *script) as bench, tab(bench, query="?view=1") as client:
        await client.until(lambda frame: "snapshot" in frame)
        await client.send(type="message", text="Delete it")
        page = await client.page("Approval needed", "Waiting for Ann")
        gate = next(html for key, html in page.items() if key.startswith("open:"))
        assert "high risk" in gate or "medium risk" in gate
        token = gate.split('data-press="')[1].split('"')[0]
        assert token.endswith("/once")
        await client.send(type="press", token=token)
        page = await client.page("<strong>gone</strong>", "Approved by Ann once", "Done")
        assert not any(key.startswith("open:") for key in page)
        revs = [f["fragment"]["rev"] for f in client.frames if "fragment" in f]
        assert revs
        async with tab(bench, query="?view=1&events=0") as second:
            await second.until(lambda frame: "snapshot" in frame)
            assert second.fragments.keys() == client.fragments.keys()


async def test_decisions_and_questions(tmp_path: Path) -> None:
    script = (DELETE, ASK, ASK)
    async with open_bench(tmp_path, *script) as bench, tab(bench) as client:
        await client.send(type="message", text="Delete it")
        gate = (await client.event("approval_required"))["approval_id"]
        await client.send(type="deny", approval_id=gate, id="d1")
        assert (await client.event("approval_received"))["approved"] is False
        await client.send(type="approve", approval_id=gate)
        late = await client.until(lambda f: "error" in f)
        assert "not open any more" in late["error"]["text"]
        question = (await client.event("question_asked"))["question_id"]
        await client.send(type="answer", question_id=question, text="pale green")
        assert (await client.event("question_answered"))["answer"] == "pale green"
        await client.event("question_asked")
        await client.send(type="pause")
        await client.event("notice")
        await client.send(type="resume")
        await client.event("notice")
        await client.send(type="stop")
        assert (await client.event("run_finished"))["outcome"] == "cancelled"
        await client.send(type="stop")
        assert "Nothing is running" in (await client.until(lambda f: "error" in f))["error"]["text"]


async def test_a_grant_is_revoked(tmp_path: Path) -> None:
    async with open_bench(tmp_path, DELETE, ASK) as bench, tab(bench) as client:
        await client.send(type="message", text="Delete it")
        gate = (await client.event("approval_required"))["approval_id"]
        await client.send(type="approve", approval_id=gate, duration="1h")
        grant = (await client.event("grant_given"))["grant_id"]
        await client.event("question_asked")
        await client.send(type="revoke", grant_id=grant)
        assert (await client.event("grant_revoked"))["grant_id"] == grant


@pytest.mark.parametrize(
    ("sent", "fault"),
    [
        ("not json", "not JSON"),
        ("[]", "object"),
        ("{}", "type: must be one of"),
        ('{"type": "explode"}', "type: must be one of"),
        ('{"type": "message", "text": 3}', "text: "),
        ('{"type": "message", "text": "x", "evil": 1}', "evil: "),
        ('{"type": "message", "text": "  "}', "Say what to do."),
        ('{"type": "approve", "approval_id": "x", "duration": "forever"}', "duration: "),
        ('{"type": "approve", "approval_id": "nothing"}', "not open any more"),
        ('{"type": "answer", "question_id": "q"}', "text: "),
        ('{"type": "press", "token": "gate/x/../once"}', "not that of a button"),
        ('{"type": "press", "token": "gate/nothing/once"}', "not open any more"),
        ('{"type": "message", "text": "x", "id": "a b"}', "id: "),
        ("[" * 5_000, "frame"),
        (json.dumps({"type": "message", "text": "x" * frames.LIMIT}), "larger than"),
        (b"\x00\xff\xfe", "not binary"),
        ('{"type": "revoke", "grant_id": "g"}', "not in force"),
    ],
)
async def test_what_is_wrong_is_named_and_the_socket_stays(
    tmp_path: Path, sent: str | bytes, fault: str
) -> None:
    async with open_bench(tmp_path) as bench, tab(bench) as client:
        if isinstance(sent, bytes):
            await client.socket.send_bytes(sent)
        else:
            await client.socket.send_str(sent)
        assert fault in (await client.reply())["error"]["text"]
        await client.send(type="message", text="Still here?")
        assert "ack" in await client.reply()


async def test_a_frame_beyond_all_bounds_ends_the_socket_only(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        async with tab(bench) as client:
            await client.socket.send_str("x" * (17 * frames.LIMIT))
            closing = await client.socket.receive()
            while closing.type.name == "TEXT":
                closing = await client.socket.receive()
            assert client.socket.close_code == 1009
        async with tab(bench) as client:
            await client.until(lambda frame: "hello" in frame)


async def test_too_many_frames_are_slowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_socket, "FRAMES_PER_SECOND", 0.001)  # however slow this machine is
    async with open_bench(tmp_path) as bench, tab(bench) as client:
        for _ in range(100):
            await client.socket.send_str("{}")
        texts = [(await client.reply())["error"]["text"] for _ in range(100)]
        assert sum("too many" in text for text in texts) == 40


@pytest.mark.parametrize(("name", "status"), [("a b", 404), ("a" * 65, 404), ("%2e%2e", 404)])
async def test_names_of_sessions(tmp_path: Path, name: str, status: int) -> None:
    async with open_bench(tmp_path) as bench, bench.http.get(f"/ws/agent/{name}") as answer:
        assert answer.status == status


async def test_two_hundred_sockets(tmp_path: Path) -> None:
    script = (Line(text="Hello, all of you."),)
    async with open_bench(tmp_path, *script) as bench, AsyncExitStack() as stack:
        opening = [stack.enter_async_context(tab(bench, query="?view=1")) for _ in range(200)]
        clients = [await each for each in opening]
        await clients[0].send(type="message", text="Hi")
        await asyncio.gather(*(c.page("Hello, all of you.", "Done") for c in clients))
        async with bench.http.get("/metrics") as answer:
            text = await answer.text()
        assert "aether_sockets 200.0" in text
        assert "aether_stages 1.0" in text, "drawn once, for all of them"


async def test_a_slow_reader_gets_the_newest(tmp_path: Path) -> None:
    """Frames that were not read in time are skipped, and the last one is exact."""
    words = " ".join(f"word{n}" for n in range(2_000))
    async with open_bench(tmp_path, Line(text=words, pieces=1_500)) as bench:
        async with tab(bench, query="?view=1&events=0") as slow, tab(bench) as quick:
            await quick.send(type="message", text="Talk")
            await quick.event("run_finished")
            page = await slow.page("word1999</p>", "Done")
        assert any("word0 word1 " in html for html in page.values())
        drawn = [f for f in slow.frames if "fragment" in f and "word" in f["fragment"]["html"]]
        assert len(drawn) < 750, "of 1,500 pieces"


async def test_scripts_are_only_text(tmp_path: Path) -> None:
    script = (
        Line(
            text=EVIL,
            thinking=EVIL,
            calls=(("shell", {"command": f"echo '{EVIL}' && rm -rf x"}),),
        ),
        Line(text=f"{EVIL}\n\n[x](javascript:alert(3))\n\n```html\n{EVIL}\n```"),
    )
    async with open_bench(tmp_path, *script) as bench, tab(bench, query="?view=1") as client:
        await client.send(type="message", text=EVIL)
        gate = (await client.event("approval_required"))["approval_id"]
        await client.send(type="approve", approval_id=gate)
        page = await client.page("Done", "javascript")
        for html in page.values():
            assert "<script" not in html
            assert "<img" not in html
            assert 'href="javascript' not in html


async def test_only_the_enabled_events_leave(tmp_path: Path) -> None:
    from dataclasses import replace

    async with (
        open_bench(
            tmp_path, change=lambda context: replace(context, enabled=frozenset({"run_finished"}))
        ) as bench,
        tab(bench) as client,
    ):
        await client.send(type="message", text="Hi")
        await client.event("run_finished")
        assert kinds(client.frames) == ["run_finished"]


def kinds(seen: list[dict[str, Any]]) -> list[str]:
    return [frame["event"]["event"]["type"] for frame in seen if "event" in frame]


async def test_the_server_says_when_it_leaves(tmp_path: Path) -> None:
    async with AsyncExitStack() as later:
        port = later.enter_context(kept_port())
        async with open_bench(tmp_path, port=port) as bench:
            client = await later.enter_async_context(tab(bench))
            await client.until(lambda frame: "hello" in frame)
        assert (await client.socket.receive()).type.name in ("CLOSE", "CLOSED", "CLOSING")
        async with open_bench(tmp_path, port=port) as bench, tab(bench) as client:
            await client.send(type="message", text="Hi")
            assert "ack" in await client.reply()


async def test_a_press_says_what_was_seen(tmp_path: Path) -> None:
    """A button of another text, or of a version that did not say, decides nothing."""
    script = (DELETE, Line(text="Gone."))
    async with open_bench(tmp_path, *script) as bench, tab(bench, query="?view=1") as client:
        await client.send(type="message", text="Delete it")
        page = await client.page("Approval needed")
        gate = next(html for key, html in page.items() if key.startswith("open:"))
        token = gate.split('data-press="')[1].split('"')[0]
        kind, name, seal, choice = token.split("/")
        for forged in (f"{kind}/{name}/{choice}", f"{kind}/{name}/{seal}/1h"):
            await client.send(type="press", token=forged)
            refused = await client.until(lambda f: "error" in f or "ack" in f)
            assert refused["error"]["text"] == "This changed since you saw it: look again."
        await client.send(type="press", token=token)
        assert (await client.event("approval_received"))["duration"] == "once"
