"""What tests and measurements of the sandbox share."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from runtime.ids import CallId, SessionId
from runtime.ports import Command, Exited, Output, Running
from sandbox.docker_sandbox import DockerSandbox

SOON = 60.0
"""Seconds: far less than the endless commands would run, whatever else the machine does."""


class WallClock:
    """The real time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Ran:
    """A call that has ended."""

    stdout: str
    stderr: str
    exited: Exited


async def collect(running: Running) -> Ran:
    """Read a call to its end; the end must come exactly once, and last."""
    items = [item async for item in running]
    ends = [item for item in items if isinstance(item, Exited)]
    assert ends == items[-1:]
    texts = {"stdout": "", "stderr": ""}
    for item in items:
        if isinstance(item, Output):
            texts[item.stream] += item.text
    return Ran(texts["stdout"], texts["stderr"], ends[0])


@dataclass(slots=True)
class Shell:
    """One box to type into; every command is a call of its own."""

    sandbox: DockerSandbox
    box: SessionId
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def start(
        self, *argv: str, within: float = SOON, stdin: bytes = b"", call: str = ""
    ) -> Running:
        """Begin a call and leave the reading to the caller."""
        name = CallId(call or f"{self.box}.{next(self._numbers)}")
        return self.sandbox.run(self.box, name, Command(argv, within, stdin))

    async def run(
        self, *argv: str, within: float = SOON, stdin: bytes = b"", call: str = ""
    ) -> Ran:
        return await collect(self.start(*argv, within=within, stdin=stdin, call=call))

    async def sh(self, script: str, within: float = SOON, call: str = "") -> Ran:
        return await self.run("bash", "-c", script, within=within, call=call)

    async def until(self, holds: Callable[[list[str]], bool]) -> None:
        """Wait until the names of the processes satisfy: a killed one takes a moment to go, and a
        forked one to become its program."""
        given_up = asyncio.get_running_loop().time() + SOON
        while not holds(names := await self.processes()):
            assert asyncio.get_running_loop().time() < given_up, names

    async def processes(self) -> list[str]:
        """Names of the processes in the container, without the keeper and what it takes to look."""
        ran = await self.run("ps", "-eo", "comm=")
        names = [name for name in ran.stdout.split("\n") if name and "<defunct>" not in name]
        for own in ("python3", "ps"):
            names.remove(own)
        return [name for name in names if not name.startswith("keeper")]
