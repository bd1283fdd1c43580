"""Every request to the Docker engine. docker-py blocks, so each request runs in a thread of one of
two pools."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import requests
from docker import APIClient
from docker.errors import DockerException

from runtime.errors import SandboxUnavailable
from sandbox import engine_waits
from sandbox.errors import EngineSilent, meaning
from sandbox.exec_socket import ExecSocket
from sandbox.exec_stream import ExecStream

ANSWER = 10
"""Seconds in which the engine must answer a control request."""

LIVE = 64
"""Execs that are read at the same time: a thread each. More of them wait for their turn."""

_CONTROL_THREADS = 8
_START = 30
"""Seconds until a started exec must show its first byte; under load a start takes over a second."""

_DEFAULT_HOST = "unix:///var/run/docker.sock"

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Listed:
    """A container as the engine lists it."""

    id: str
    running: bool
    labels: Mapping[str, str]


class DockerEngine:
    """One engine, reached over a Unix socket. Every verb raises SandboxUnavailable when it does not
    answer, ContainerGone when the container it names is not there or does not run."""

    def __init__(self, host: str | None) -> None:
        self.host = host or os.environ.get("DOCKER_HOST") or _DEFAULT_HOST
        self._control = ThreadPoolExecutor(_CONTROL_THREADS, thread_name_prefix="docker-control")
        self._streams = ThreadPoolExecutor(LIVE, thread_name_prefix="docker-stream")
        self._starts = asyncio.Semaphore(2 * (os.cpu_count() or 1))
        # More at once are not made sooner, and together they can take longer than ANSWER.
        self._births = asyncio.Semaphore(os.cpu_count() or 1)
        self._live = asyncio.Semaphore(LIVE)
        self._connecting = threading.Lock()
        # Any: docker-py's replies are JSON, and its stubs leave most of them without a type.
        self._clients: tuple[Any, Any] | None = None
        self._open: set[ExecStream] = set()
        self.ends: Counter[str] = Counter()
        """How often everything in a container was ended by us."""
        self.timeouts: Counter[str] = Counter()
        """How often of these because a call had reached its time-out."""

    async def info(self) -> Mapping[str, Any]:
        """The engine about itself: security options, root folder, which limits it can hold."""
        return await self._ask(lambda api: api.info())

    async def listed(self, *labels: str) -> list[Listed]:
        """All containers, also ended ones, that carry all the labels ("name=value")."""
        found = await self._ask(
            lambda api: api.containers(all=True, filters={"label": list(labels)})
        )
        return [
            Listed(entry["Id"], entry.get("State") == "running", entry.get("Labels") or {})
            for entry in found
        ]

    async def create(self, make: Callable[[str], Mapping[str, Any]]) -> str:
        """Create and start a container, return its id. `make` gets the API version."""

        def act(api: Any) -> str:
            container: str = api.create_container(**make(api.api_version))["Id"]
            try:
                api.start(container)
            except (DockerException, requests.RequestException):
                api.remove_container(container, force=True)
                raise
            return container

        async with self._births:
            return await self._ask(act)

    async def image(self, name: str) -> Mapping[str, Any]:
        """An image that is there. Raises SandboxUnavailable for one that is not."""
        return await self._ask(lambda api: api.inspect_image(name))

    async def inspect(self, container: str) -> Mapping[str, Any]:
        return await self._ask(lambda api: api.inspect_container(container))

    async def end_everything(self, container: str) -> None:
        """Have the keeper kill every process of the container; the container lives on.

        Returns when that is done: a signal that is still under way would hit the next call.
        """
        self.ends[container] += 1
        await self._ask(lambda api: engine_waits.end_everything(api, container, ANSWER))

    async def remove(self, container: str) -> None:
        """Remove by force; one that is gone or on its way is fine."""

        def act(api: Any) -> None:
            try:
                api.remove_container(container, v=True, force=True)
            except DockerException as error:
                if getattr(error, "status_code", None) not in (404, 409):
                    raise

        for ends in (self.ends, self.timeouts):
            ends.pop(container, None)
        await self._ask(act)

    @asynccontextmanager
    async def run(
        self, container: str, argv: list[str], stdin: bytes
    ) -> AsyncGenerator[ExecStream]:
        """Start `argv` in the container and read it. Leaving the block ends the reading, not the
        exec."""
        made = await self._ask(lambda api: api.exec_create(container, argv, stdin=bool(stdin)))
        async with self._live:
            stream = ExecStream(asyncio.get_running_loop(), made["Id"])
            self._open.add(stream)
            try:
                await self._start(stream, stdin)
                yield stream
            finally:
                self._open.discard(stream)
                stream.close()

    async def exit_status(self, exec_id: str, patience: float) -> int | None:
        """With what an exec ended, by the engine; None if it still runs after `patience` seconds.
        Nothing in the container can change it."""
        return await self._ask(lambda api: engine_waits.exit_status(api, exec_id, patience))

    async def _start(self, stream: ExecStream, stdin: bytes) -> None:
        def connect() -> ExecSocket:
            return ExecSocket(self._connect()[1], stream.exec_id)

        async with self._starts:
            self._streams.submit(stream.pump, connect, stdin)
            try:
                async with asyncio.timeout(_START):
                    await stream.started.wait()
            except TimeoutError:
                raise EngineSilent(
                    f"the Docker engine at {self.host} does not start the call"
                ) from None

    def fault(self, error: Exception) -> Exception:
        """What a broken stream means."""
        return meaning(error, self.host)

    def close(self) -> None:
        """Let every reading thread go; the containers live on."""
        for stream in tuple(self._open):
            stream.close()
        self._control.shutdown(wait=False, cancel_futures=True)
        self._streams.shutdown(wait=False, cancel_futures=True)
        for client in self._clients or ():
            client.close()

    async def _ask(self, request: Callable[[Any], Result]) -> Result:
        def act() -> Result:
            return request(self._connect()[0])

        try:
            return await asyncio.get_running_loop().run_in_executor(self._control, act)
        except (DockerException, requests.RequestException, OSError) as error:
            raise meaning(error, self.host) from error

    def _connect(self) -> tuple[Any, Any]:
        """The clients for control and streams; made at the first request, which may block."""
        if not self.host.startswith("unix://"):
            raise SandboxUnavailable(
                f"the Docker engine {self.host} is not on this machine, so it cannot mount the "
                "workspace: set the engine's address to a local unix:// socket"
            )
        _knock(self.host.removeprefix("unix://"))
        with self._connecting:
            if self._clients is None:
                control = APIClient(self.host, version="auto", timeout=ANSWER)
                streams = APIClient(
                    self.host, version=control.api_version, timeout=_START, max_pool_size=LIVE
                )
                self._clients = control, streams
            return self._clients


def _knock(path: str) -> None:
    """Raise OSError if nobody listens: docker-py leaves a socket open on every such failure."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(ANSWER)
        probe.connect(path)
