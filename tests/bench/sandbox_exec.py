"""Calls in a warm container: Aether's supervised call against `docker exec` of the command line, in
turns; and how long a container takes to be ready."""

from __future__ import annotations

import asyncio
import statistics
import time
import uuid
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from report import Report, Say, spread

from runtime.clock import SystemClock
from runtime.ids import CallId, SessionId
from runtime.ports import Command, Exited, Output, SandboxSpec
from sandbox import DockerSandbox, SandboxSettings

_TIMES = 25
_CONTAINERS = 3
_BAR = 1.3
_COMMANDS = {"python3 -c pass": ("python3", "-c", "pass"), "true": ("true",)}
_SAYS = ("sh", "-c", "echo here; sleep 0.05")
_BOX = SessionId("bench")
_numbers = count(1)


@dataclass(slots=True)
class Times:
    """Seconds per call, both ways."""

    ours: list[float] = field(default_factory=list[float])
    cli: list[float] = field(default_factory=list[float])

    @property
    def ratio(self) -> float:
        return statistics.median(self.ours) / statistics.median(self.cli)


async def measure(say: Say, folder: Path) -> Report:
    report = Report()
    instance = f"bench-{uuid.uuid4().hex}"
    async with _sandbox(folder, instance) as sandbox:
        say(f"making {_CONTAINERS} containers")
        ready = [await _ready(sandbox, SessionId(f"box{n}")) for n in range(_CONTAINERS)]
        report.add("container ready", statistics.median(ready) * 1000, "ms")
        await sandbox.prepare(_BOX, SandboxSpec())
        container = await _container(instance)
        for name, argv in _COMMANDS.items():
            say(f"{name}, {_TIMES} times each way")
            times = await _compare(sandbox, container, argv)
            report.details[name] = {"aether": spread(times.ours), "docker": spread(times.cli)}
            report.add(f"{name}, Aether", statistics.median(times.ours) * 1000, "ms")
            report.add(f"{name}, docker exec", statistics.median(times.cli) * 1000, "ms")
            report.add(f"{name}, ratio", times.ratio, "x", _BAR)
        first = [await _first_byte(sandbox) for _ in range(_TIMES)]
        report.details["first byte"] = spread(first)
        report.add("first byte of a call's output", statistics.median(first) * 1000, "ms")
    return report


@asynccontextmanager
async def _sandbox(folder: Path, instance: str) -> AsyncGenerator[DockerSandbox]:
    """An installation of its own; nothing of it is left behind."""
    settings = SandboxSettings(workspace_root=folder / "workspaces", instance=instance)
    sandbox = DockerSandbox(settings, SystemClock())
    try:
        yield sandbox
    finally:
        await sandbox.reaper(_nobody).sweep()
        sandbox.close()


async def _nobody(_: SessionId) -> bool:
    return False


async def _ready(sandbox: DockerSandbox, box: SessionId) -> float:
    began = time.perf_counter()
    await sandbox.prepare(box, SandboxSpec())
    seconds = time.perf_counter() - began
    await sandbox.remove(box)
    return seconds


async def _compare(sandbox: DockerSandbox, container: str, argv: tuple[str, ...]) -> Times:
    times = Times()
    for warm in (False, *(True for _ in range(_TIMES))):
        ours, cli = await _call(sandbox, argv), await _docker("exec", container, *argv)
        if warm:
            times.ours.append(ours)
            times.cli.append(cli[0])
    return times


async def _call(sandbox: DockerSandbox, argv: tuple[str, ...]) -> float:
    began, end = time.perf_counter(), None
    async for item in sandbox.run(_BOX, CallId(f"bench.{next(_numbers)}"), Command(argv, 20)):
        end = item
    assert isinstance(end, Exited)
    assert end.code == 0
    return time.perf_counter() - began


async def _first_byte(sandbox: DockerSandbox) -> float:
    began, first = time.perf_counter(), 0.0
    async for item in sandbox.run(_BOX, CallId(f"bench.{next(_numbers)}"), Command(_SAYS, 20)):
        if isinstance(item, Output) and not first:
            first = time.perf_counter() - began
    return first


async def _container(instance: str) -> str:
    _, listed = await _docker("ps", "--quiet", "--filter", f"label=ai.aether.instance={instance}")
    return listed.strip()


async def _docker(*arguments: str) -> tuple[float, str]:
    """Seconds and output of the command line."""
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec("docker", *arguments, stdin=DEVNULL, stdout=PIPE)
    output, _ = await process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"docker {arguments[0]} ended with code {process.returncode}")
    return time.perf_counter() - began, output.decode()
