"""An engine that is missing, refuses, falls silent or is cut off in mid-run."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from runtime.errors import SandboxUnavailable
from runtime.ids import CallId, SessionId
from runtime.ports import Output, SandboxSpec
from sandbox import DockerSandbox, SandboxSettings
from sandbox.testing import Shell, WallClock, collect

pytestmark = pytest.mark.docker

ENGINE = "/var/run/docker.sock"
BOX = SessionId("box")


@dataclass
class Line:
    """A Unix socket that leads to the engine until somebody cuts it."""

    path: Path
    stalls: bytes = b"#nothing#"
    """Requests that contain this are swallowed without an answer."""

    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=lambda: set[asyncio.Task[None]]())
    _writers: set[asyncio.StreamWriter] = field(default_factory=lambda: set[asyncio.StreamWriter]())

    async def open(self) -> None:
        self._server = await asyncio.start_unix_server(self._serve, self.path)

    async def cut(self) -> None:
        """Every connection breaks, and nobody listens any more."""
        assert self._server
        self._server.close()
        for writer in tuple(self._writers):
            writer.transport.abort()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        engine_reader, engine_writer = await asyncio.open_unix_connection(ENGINE)
        self._writers |= {writer, engine_writer}
        await asyncio.gather(self._copy(reader, engine_writer), self._copy(engine_reader, writer))

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                if self.stalls not in data:
                    writer.write(data)
                    await writer.drain()
        self._writers.discard(writer)
        writer.close()


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    folder = tempfile.mkdtemp(prefix="aether-")  # a socket's path must be short
    line = Line(Path(folder) / "engine.sock")
    await line.open()
    yield line
    await line.cut()
    shutil.rmtree(folder)


@pytest.fixture
async def distant(
    settings: SandboxSettings, sandbox: DockerSandbox, line: Line
) -> AsyncIterator[Shell]:
    """A box whose engine is reached over the line; `sandbox` tidies up."""
    far = DockerSandbox(replace(settings, docker_host=f"unix://{line.path}"), WallClock())
    yield Shell(far, BOX)
    far.close()


async def test_a_cut_in_mid_run_is_told_and_healed(distant: Shell, line: Line) -> None:
    running = distant.start("bash", "-c", "echo up; read < f; echo done", call="cut")
    await distant.run("mkfifo", "f")
    assert await anext(running) == Output("up\n")
    await line.cut()
    with pytest.raises(SandboxUnavailable, match="no Docker engine answers"):
        await collect(running)
    with pytest.raises(SandboxUnavailable, match="no Docker engine answers"):
        await distant.run("true")

    await line.open()
    assert (await distant.sh("echo go > f; echo again")).stdout == "again\n"
    ran = await collect(distant.sandbox.attach(BOX, CallId("cut")))
    assert (ran.stdout, ran.exited.code) == ("up\ndone\n", 0)


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("echo done", ("done\n", 0, "exit")),
        ("echo done; sleep 0.5", ("done\n", 0, "exit")),
        ("for i in 1 2 3; do echo $i; sleep 0.2; done; exit 3", ("1\n2\n3\n", 3, "exit")),
        ("seq 9; sleep 0.5; exit 126", ("1\n2\n3\n4\n5\n6\n7\n8\n9\n", 126, "exit")),
    ],
    ids=["at once", "later", "in pieces", "the engine's own code"],
)
async def test_a_short_cut_loses_neither_output_nor_end(
    distant: Shell, line: Line, script: str, told: tuple[str, int, str]
) -> None:
    running = distant.start("bash", "-c", f"mkfifo f; echo up; read < f; {script}", call="cut")
    assert await anext(running) == Output("up\n")
    await line.cut()
    await line.open()
    await distant.sh("echo go > f")
    ran = await collect(running)
    assert (ran.stdout, ran.exited.code, ran.exited.why) == told


async def test_an_end_told_behind_a_cut_is_only_reported(distant: Shell, line: Line) -> None:
    forge = "for r in /run/aether/calls/*; do printf 'X\\0\\0\\0\\x0b0 exit 10 0' >> $r; done"
    script = f"mkfifo f; echo up; read < f; echo done; sleep 0.5; {forge}; kill -9 $PPID"
    running = distant.start("bash", "-c", script, call="cut")
    assert await anext(running) == Output("up\n")
    await line.cut()
    await line.open()
    await distant.sh("echo go > f")
    assert (await collect(running)).exited.reported


# The two that follow take the engine's whole patience: with less, what it does answer under load
# would come too late as well.


async def test_a_kill_that_is_not_answered_replaces_the_container(
    distant: Shell, line: Line
) -> None:
    line.stalls = b"/kill?signal=SIGUSR1"
    await distant.sh("echo lost > /tmp/file")
    ran = await distant.sh("kill -STOP $PPID; sleep 600", within=1)
    assert ran.exited.why == "timeout"
    assert "was replaced: only the workspace was kept" in ran.stderr
    assert (await distant.sh("cat /tmp/file")).exited.code == 1


async def test_a_silent_engine_is_told(distant: Shell, line: Line) -> None:
    await distant.run("true")
    line.stalls = b" "
    with pytest.raises(SandboxUnavailable, match="does not answer"):
        await distant.sandbox.prepare(BOX, SandboxSpec())
    line.stalls = b"#nothing#"
    assert (
        await distant.sandbox.prepare(BOX, SandboxSpec())
    ).isolation == "Docker, no network, 512 MB"


async def test_a_missing_image_names_its_remedy(settings: SandboxSettings) -> None:
    sandbox = DockerSandbox(replace(settings, image="aether-none:9"), WallClock())
    try:
        with pytest.raises(SandboxUnavailable, match=r"aether-none:9.*`make image`"):
            await sandbox.prepare(BOX, SandboxSpec())
        with pytest.raises(SandboxUnavailable, match="make image"):
            await Shell(sandbox, BOX).run("true")
    finally:
        sandbox.close()


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("unix:///nowhere/docker.sock", "no Docker engine answers at unix:///nowhere"),
        ("tcp://192.0.2.1:2375", "not on this machine"),
        ("ssh://user@192.0.2.1", "not on this machine"),
    ],
)
async def test_no_engine_names_its_remedy(settings: SandboxSettings, host: str, words: str) -> None:
    sandbox = DockerSandbox(replace(settings, docker_host=host), WallClock())
    shell = Shell(sandbox, BOX)
    try:
        for attempt in (
            sandbox.prepare(BOX, SandboxSpec()),
            shell.run("true"),
            collect(sandbox.attach(BOX, CallId("c"))),
            sandbox.stop(BOX),
            sandbox.remove(BOX),
            sandbox.write(BOX, "f", b""),
        ):
            with pytest.raises(SandboxUnavailable, match=words):
                await attempt
    finally:
        sandbox.close()


async def test_the_environment_names_the_engine(
    settings: SandboxSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://192.0.2.1:2375")
    sandbox = DockerSandbox(settings, WallClock())
    with pytest.raises(SandboxUnavailable, match=r"192\.0\.2\.1"):
        await sandbox.prepare(BOX, SandboxSpec())
    sandbox.close()


async def test_an_unknown_runtime_is_the_engines_refusal(settings: SandboxSettings) -> None:
    sandbox = DockerSandbox(replace(settings, runtime="no-such-runtime"), WallClock())
    try:
        with pytest.raises(SandboxUnavailable, match="no-such-runtime"):
            await sandbox.prepare(BOX, SandboxSpec())
    finally:
        sandbox.close()
