"""Objects of one program share what serves a data folder, however many there are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakKeyDictionary

from runtime.dependencies import Dependencies, standard_dependencies
from runtime.host import Host
from runtime.ids import SessionId
from runtime.ports import Model, Sandbox

LEAVING_GRACE = 2.0
"""Seconds for the running step of a task that was left; it is resumed by whoever opens next."""

Key = tuple[str | int | None, int]


@dataclass(frozen=True, slots=True)
class Crew:
    """What works for a session: a model, or the name of one, and a sandbox."""

    llm: str | Model | None
    sandbox: Sandbox | None

    @property
    def key(self) -> Key:
        llm = self.llm if self.llm is None or isinstance(self.llm, str) else id(self.llm)
        return llm, id(self.sandbox)


class SharedHost(Host):
    """Serves one data folder for all visitors of an event loop: it opens with the first and closes
    behind the last."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(self._opened_with, LEAVING_GRACE)
        self._data_dir = data_dir
        self._parts_of: dict[Key, Dependencies] = {}
        self._first: Dependencies | None = None
        self._choosing = asyncio.Lock()
        self.visitors = 0

    async def _opened_with(self) -> Dependencies:
        assert self._first is not None, "who opens brings parts"
        return self._first

    @asynccontextmanager
    async def admit(self, session: SessionId, crew: Crew) -> AsyncGenerator[None]:
        """Inside, the session is driven by its own crew; one who names a model shares it with all
        who name the same. Raises DatabaseBusy, Misconfigured."""
        async with self._choosing:
            if (dependencies := self._parts_of.get(crew.key)) is None:
                dependencies = await standard_dependencies(
                    crew.llm, sandbox=crew.sandbox, data_dir=self._data_dir
                )
                self._parts_of[crew.key] = dependencies
        self._first = self._first or dependencies
        async with self:
            self.service.hire(session, dependencies)
            yield

    async def close_models(self) -> None:
        for dependencies in self._parts_of.values():
            await dependencies.models.aclose()


_HOSTS: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Path, SharedHost]] = WeakKeyDictionary()


def shared_host(data_dir: Path) -> SharedHost:
    """Who serves this folder now; a closed one where nobody does."""
    here = _HOSTS.setdefault(asyncio.get_running_loop(), {})
    return here.get(data_dir) or SharedHost(data_dir)


@asynccontextmanager
async def visiting(data_dir: Path, session: SessionId, crew: Crew) -> AsyncGenerator[None]:
    """Share what serves the folder while the block runs. Raises DatabaseBusy, Misconfigured."""
    host = shared_host(data_dir)
    here = _HOSTS[asyncio.get_running_loop()]
    here[data_dir] = host
    host.visitors += 1
    try:
        async with host.admit(session, crew):
            yield
    finally:
        host.visitors -= 1
        if host.visitors == 0:
            del here[data_dir]
            await host.close_models()
