"""What the README shows works: its program runs, its commands exist, its links lead somewhere."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def clean_environ() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith(("AETHER_", "OPENAI_"))}


def run(*command: str, cwd: Path = ROOT) -> str:
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**clean_environ(), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_embedding_example_runs_to_its_end(tmp_path: Path) -> None:
    program, _ = blocks("python")
    told = run(sys.executable, "-c", program, cwd=tmp_path)
    assert told.splitlines()[0] == "1 message_received"
    assert told.splitlines()[-1].endswith("run_finished")


async def test_the_websocket_example_serves_two_visitors_at_once(tmp_path: Path) -> None:
    _, program = blocks("python")
    (tmp_path / "chat.py").write_text(program, encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = await asyncio.create_subprocess_exec(
        *(sys.executable, "chat.py", str(port)),
        cwd=tmp_path,
        env={**clean_environ(), "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(100), aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
            assert server.stdout is not None
            assert await server.stdout.readline()  # it says where it serves
            async with http.ws_connect("/ann") as ann, http.ws_connect("/bob") as bob:
                await asyncio.gather(ann.send_str("Hello from Ann"), bob.send_str("Hello from Bob"))
                told = await asyncio.gather(to_the_end(ann), to_the_end(bob))
                assert [set(who) & {"Ann", "Bob"} for who in told] == [{"Ann"}, {"Bob"}]
                await ann.send_str("And once more")
                await ann.receive()  # and leave in the middle
            async with http.ws_connect("/cy") as cy:
                await cy.send_str("Hello from Cy")
                assert "Cy" in await to_the_end(cy)
        assert (tmp_path / "visitors" / "aether.db").exists()
    finally:
        server.terminate()
        await server.communicate()


async def to_the_end(visitor: aiohttp.ClientWebSocketResponse) -> list[str]:
    """The words of the messages that a visitor is told of, until the task has ended."""
    words: list[str] = []
    while True:
        event = (await visitor.receive_json())["event"]
        match event["type"]:
            case "message_received":
                words += event["text"].split()
            case "run_finished":
                assert event["outcome"] == "done"
                return words
            case _:
                pass


def test_every_bot_command_exists() -> None:
    named = set(re.findall(r"python -m bot (\w+)", README))
    assert named == {
        "run", "sessions", "replay", "doctor", "up", "link", "settings", "slack", "discord",
    }  # fmt: skip
    told = run(sys.executable, "-m", "bot", "--help")
    assert [name for name in named if name not in told] == []


@pytest.mark.parametrize(
    "target", sorted(set(re.findall(r"(?:`|^)make (\w+)", README, re.MULTILINE)))
)
def test_every_make_target_exists(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)


@pytest.mark.parametrize("link", re.findall(r"\]\((?!http)([^)#]+)\)", README))
def test_every_link_leads_to_a_file(link: str) -> None:
    assert (ROOT / link).exists()
