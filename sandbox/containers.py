"""The containers of sessions: found again, made, replaced, removed. One per session."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakValueDictionary

from runtime.errors import SandboxUnavailable
from runtime.ids import SessionId
from runtime.ports import Clock, SandboxSpec
from sandbox import labels, programs
from sandbox.docker_engine import DockerEngine, Listed
from sandbox.errors import ContainerGone
from sandbox.host_paths import HostPaths
from sandbox.identity import Identity, choose
from sandbox.isolation import describe
from sandbox.own_container import outside, own_container
from sandbox.policy import WORKSPACE, Policy, environment
from sandbox.settings import SandboxSettings

_FRESH = 60
"""Seconds that a container must still have to live to be taken for new work."""


@dataclass(frozen=True, slots=True)
class Container:
    """A running container, what isolates it, and its size; None where an earlier process made it
    and nobody has asked for one since."""

    id: str
    isolation: str
    spec: SandboxSpec | None = None


class Containers:
    """What this process knows of its containers; the engine and its labels are the truth."""

    def __init__(
        self, engine: DockerEngine, settings: SandboxSettings, host_paths: HostPaths, clock: Clock
    ) -> None:
        self._engine = engine
        self._settings = settings
        self._folders = host_paths
        self._clock = clock
        self._known: dict[SessionId, Container] = {}
        self._locks: WeakValueDictionary[SessionId, asyncio.Lock] = WeakValueDictionary()
        self._info: Mapping[str, Any] | None = None
        self._located: HostPaths | None = None

    def size(self, session: SessionId) -> SandboxSpec:
        """As it was last asked for."""
        known = self._known.get(session)
        return (known.spec if known else None) or SandboxSpec()

    async def ready(self, session: SessionId, spec: SandboxSpec) -> Container:
        """The session's running container: known, found again or made."""
        async with self._lock(session):
            return self._known.get(session) or await self._find_or_make(session, spec)

    async def confirmed(self, session: SessionId, spec: SandboxSpec) -> Container:
        """As `ready`, but the engine is asked whether it still runs, and it has this size."""
        async with self._lock(session):
            self._known.pop(session, None)
            return await self._find_or_make(session, spec)

    async def found(self, session: SessionId) -> Container | None:
        """The running container if there is one; never makes one."""
        async with self._lock(session):
            if session not in self._known:
                for listed in await self._listed(session):
                    if listed.running:
                        with suppress(ContainerGone):  # it ended since it was listed
                            return await self._adopt(session, listed.id)
            return self._known.get(session)

    async def sessions(self) -> list[SessionId]:
        """Those that have a container, the oldest first: the engine lists the newest first."""
        listed = await self._engine.listed(*labels.of_instance(self._settings.instance))
        return [labels.task(each.labels) for each in reversed(listed)]

    async def lost(self, session: SessionId, box: Container) -> None:
        """Forget a container that turned out to be gone."""
        async with self._lock(session):
            if self._known.get(session) == box:
                del self._known[session]

    async def removed(self, session: SessionId) -> None:
        """Remove the container, whether this process knew it or not."""
        async with self._lock(session):
            self._known.pop(session, None)
            for listed in await self._listed(session):
                await self._engine.remove(listed.id)

    async def identity(self) -> Identity:
        """As whom containers run on this engine."""
        return choose(os.getuid(), os.getgid(), await self._engine_info())

    async def check(self) -> None:
        """Raises SandboxUnavailable, with the remedy, where no container could be made now."""
        await self._engine.image(self._settings.image)
        await self._folders_outside()

    async def _folders_outside(self) -> HostPaths:
        """The folders, and how the engine calls them: of a bot in a container, it knows where what
        is mounted there comes from."""
        if self._located is None:
            self._located = await self._locate()
        return self._located

    async def _locate(self) -> HostPaths:
        own = own_container()
        if own is None or self._folders.host_root is not None:
            return self._folders
        try:
            place = outside(self._folders.root.absolute(), await self._engine.inspect(own))
        except ContainerGone:  # an engine beside us, in the same container: it sees what we see
            return self._folders
        if place is None:
            raise SandboxUnavailable(
                f"Aether runs in a container and {self._folders.root} is on no volume of it, so"
                " tool containers cannot share it: mount a volume at the data folder, as"
                " compose.yaml does"
            )
        return replace(self._folders, host_root=place)

    def _lock(self, session: SessionId) -> asyncio.Lock:
        return self._locks.setdefault(session, asyncio.Lock())

    async def _listed(self, session: SessionId) -> list[Listed]:
        return await self._engine.listed(*labels.of_task(self._settings.instance, session))

    async def _engine_info(self) -> Mapping[str, Any]:
        if self._info is None:
            self._info = await self._engine.info()
        return self._info

    async def _find_or_make(self, session: SessionId, spec: SandboxSpec) -> Container:
        for listed in await self._listed(session):
            if self._serves(listed, spec):
                try:
                    return await self._adopt(session, listed.id, spec)
                except ContainerGone:
                    continue
            # It ended, never started (the bot was killed in between), is about to end, or has
            # another size.
            await self._engine.remove(listed.id)
        return await self._make(session, spec)

    def _serves(self, listed: Listed, spec: SandboxSpec) -> bool:
        left = labels.seconds_left(listed.labels, self._clock.monotonic())
        return listed.running and left > _FRESH and labels.is_of_size(listed.labels, spec)

    async def _make(self, session: SessionId, spec: SandboxSpec) -> Container:
        identity = await self.identity()
        await asyncio.to_thread(self._folders.owned, session, identity)
        source = (await self._folders_outside()).source(session)
        container = await self._engine.create(
            lambda version: self._shape(version, session, source, identity, spec)
        )
        return await self._adopt(session, container, spec)

    async def _adopt(
        self, session: SessionId, container: str, spec: SandboxSpec | None = None
    ) -> Container:
        info = await self._engine_info()
        box = Container(container, describe(await self._engine.inspect(container), info), spec)
        self._known[session] = box
        return box

    def _shape(
        self, version: str, session: SessionId, source: str, identity: Identity, spec: SandboxSpec
    ) -> Mapping[str, Any]:
        settings = self._settings
        ends = self._clock.monotonic() + settings.ttl
        return {
            "image": settings.image,
            "command": programs.init(settings.ttl),
            "entrypoint": [],
            "hostname": "sandbox",
            "user": identity.user,
            "working_dir": WORKSPACE,
            "environment": environment(),
            "labels": labels.of(settings.instance, session, ends, spec),
            "host_config": Policy.of(spec, settings.runtime).host_config(version, source, identity),
            "use_config_proxy": False,  # the operator's proxies are none of its business
        }
