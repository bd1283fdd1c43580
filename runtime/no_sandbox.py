"""A sandbox for programs that bring none: every tool that needs a container refuses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from runtime.errors import SandboxUnavailable
from runtime.ids import CallId, SessionId
from runtime.ports import Command, FileBytes, Listing, Prepared, Running, SandboxSpec


class NoSandbox:
    """Implements ports.Sandbox. Nothing ever runs on the bare host."""

    def __init__(self, why: str) -> None:
        self._why = why

    def _refuse(self) -> NoReturn:
        raise SandboxUnavailable(self._why)

    async def prepare(self, box: SessionId, spec: SandboxSpec) -> Prepared:
        self._refuse()

    async def run(self, box: SessionId, call: CallId, command: Command) -> Running:
        self._refuse()
        yield  # a generator, so that the refusal comes where the first output would

    async def attach(self, box: SessionId, call: CallId) -> Running:
        self._refuse()
        yield

    async def boxes(self) -> Sequence[SessionId]:
        return ()

    async def stop(self, box: SessionId) -> None:
        """Nothing can be running."""

    async def remove(self, box: SessionId) -> None:
        """There is no container."""

    async def read(self, box: SessionId, path: str, limit: int) -> FileBytes:
        self._refuse()

    async def write(self, box: SessionId, path: str, data: bytes) -> None:
        self._refuse()

    async def list(self, box: SessionId, path: str, limit: int) -> Listing:
        self._refuse()
