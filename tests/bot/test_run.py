"""The real thing: a person at a real terminal, the demo model, a real container."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from child_process import child

from bot.composition import sandbox_of
from config.load import load
from runtime.clock import SystemClock
from runtime.ids import SessionId

ROOT = Path(__file__).parents[2]
SECONDS = 120.0  # until a test gives up
CURSOR_WANTED = b"\x1b[6n"  # prompt_toolkit asks where it is; a terminal answers
ESCAPE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")


def _own_terminal() -> None:
    """Makes standard input the terminal that signals come from, as a login does."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal:
    """A pseudo terminal with `python -m bot` in it."""

    def __init__(self, folder: Path, *words: str) -> None:
        environ = os.environ | {
            "AETHER_DATA_DIR": str(folder / "data"), "AETHER_MODEL": "demo", "TERM": "xterm",
            "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        self._ours, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (40, 120))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", *words],
            stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, env=environ,
            start_new_session=True, preexec_fn=_own_terminal,
        )  # fmt: skip
        os.close(theirs)
        self._told = bytearray()
        self.text = ""

    def wait_for(self, *texts: str) -> None:
        """Read until all of the texts stand there, in whatever order they came."""
        until = time.monotonic() + SECONDS
        while not all(text in self.text for text in texts):
            assert time.monotonic() < until, f"{texts} never came:\n{self.text}"
            if not self._read():
                break
        assert all(text in self.text for text in texts), self.text

    def type(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def end(self) -> int:
        """Read to the end; the exit code."""
        until = time.monotonic() + SECONDS
        while self._read():
            assert time.monotonic() < until, f"it never ended:\n{self.text}"
        return self.process.wait(SECONDS)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)

    def _read(self) -> bool:
        if not select.select([self._ours], [], [], 1)[0]:
            return True
        try:
            data = os.read(self._ours, 65536)
        except OSError:  # Linux: the other side is closed
            return False
        wanted = self._told.count(CURSOR_WANTED)
        self._told += data  # a letter or a code may come in two pieces: only the whole is read
        if self._told.count(CURSOR_WANTED) > wanted:
            os.write(self._ours, b"\x1b[1;1R")
        self.text = ESCAPE.sub("", self._told.decode(errors="replace"))
        return bool(data)


@pytest.fixture
def terminals(tmp_path: Path) -> Iterator[list[Terminal]]:
    opened: list[Terminal] = []
    yield opened
    for terminal in opened:
        terminal.close()
    asyncio.run(_tidy(tmp_path))


async def _tidy(folder: Path) -> None:
    """Whoever is killed or left keeps the container, which is the point; not after the test."""

    async def nobody(_: SessionId) -> bool:
        return False

    settings = load(environ={"AETHER_DATA_DIR": str(folder / "data")}, folder=folder)
    sandbox = sandbox_of(settings, SystemClock())
    await sandbox.reaper(nobody).sweep()
    sandbox.close()


@pytest.mark.docker
def test_a_task_is_killed_resumed_approved_and_done(
    tmp_path: Path, terminals: list[Terminal]
) -> None:
    first = Terminal(tmp_path, "run", "make me a small file")
    terminals.append(first)
    first.wait_for("Hello from the sandbox")
    first.process.send_signal(signal.SIGKILL)
    first.end()
    session = re.search(r"--session (\w{24})", first.text)
    assert session is not None

    second = Terminal(tmp_path, "run", "--session", session[1])
    terminals.append(second)
    second.wait_for("? your decision", "rm -rf build-demo")
    second.type("y\r")
    second.wait_for("✓ Done")
    assert second.end() == 0
    assert "✓ Approved by" in second.text
    assert second.text.count("▸ write_file") == 1
    path = re.search(r"saved as (.+?hello\.py)", second.text.replace("\r\n", ""))
    assert path is not None
    assert "Hello from the sandbox" in Path(path[1]).read_text()


@pytest.mark.docker
def test_ctrl_c_stops_and_a_second_one_leaves(tmp_path: Path, terminals: list[Terminal]) -> None:
    stopped = Terminal(tmp_path, "run", "make me a small file")
    terminals.append(stopped)
    stopped.wait_for("thought for")
    stopped.type("\x03")
    assert stopped.end() == 130
    assert "Stopped by" in stopped.text

    left = Terminal(tmp_path, "run", "make me a small file")
    terminals.append(left)
    left.wait_for("thought for")
    left.type("\x03\x03")
    assert left.end() == 130


def test_the_service_says_ready_and_drains(tmp_path: Path) -> None:
    environ = os.environ | {
        "AETHER_DATA_DIR": str(tmp_path / "data"), "AETHER_MODEL": "demo", "AETHER_WEB__PORT": "0",
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    with child(
        [sys.executable, "-m", "bot", "up"], cwd=tmp_path, env=environ, stderr=subprocess.PIPE
    ) as service:
        assert service.stderr is not None
        first = json.loads(service.stderr.readline())
        assert (first["event"], first["level"]) == ("ready", "info")
        second = subprocess.run(
            [sys.executable, "-m", "bot", "run", "hello"],
            cwd=tmp_path, env=environ, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert second.returncode == 0, second.stderr
        assert f"The service that runs does this: {first['address']}/s/" in second.stdout
        assert "Ask me to show you something" in second.stdout
        service.send_signal(signal.SIGTERM)
        events = [json.loads(row)["event"] for row in service.stderr]
    passing = {"sandbox.unavailable", "model.loaded"}  # the engine may be busy
    assert [event for event in events if event not in passing] == ["draining", "stopped"]
    assert "model.loaded" in events
    assert service.returncode == 0
