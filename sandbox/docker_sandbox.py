"""The Sandbox port on a Docker engine."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from functools import partial

from runtime.errors import CallGone, SandboxUnavailable, ToolError
from runtime.ids import CallId, SessionId
from runtime.ports import (
    Clock,
    Command,
    Exited,
    FileBytes,
    Listing,
    Output,
    Prepared,
    Running,
    SandboxSpec,
)
from sandbox.calls import Call, NotStarted
from sandbox.containers import Container, Containers
from sandbox.docker_engine import DockerEngine
from sandbox.errors import ContainerGone, EngineSilent
from sandbox.host_paths import HostPaths
from sandbox.quota import Quota
from sandbox.reaper import Needed, Reaper
from sandbox.settings import SandboxSettings
from sandbox.watch import watched
from sandbox.workspaces import Workspaces

INPUT_CAP = 10 << 20
"""Bytes of standard input per call; the supervisor holds them in the container's memory."""

_STARTS = 3
"""Tries to start a call: as it is, after ending leftovers, in a new container."""


class DockerSandbox:
    """One hardened container per session, made when needed; calls and files in it."""

    def __init__(self, settings: SandboxSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._engine = DockerEngine(settings.docker_host)
        host_paths = HostPaths(settings.workspace_root, settings.workspace_host_root)
        self._boxes = Containers(self._engine, settings, host_paths, clock)
        self._workspaces = Workspaces(host_paths, Quota.of(settings))

    async def check(self) -> None:
        """Raises SandboxUnavailable, with the remedy, where calls could not run now: no engine, no
        image, no place for workspaces. Makes no container."""
        await self._boxes.check()

    async def prepare(self, box: SessionId, spec: SandboxSpec) -> Prepared:
        """Have the container running and say what the engine reports about its walls."""
        confirmed = await self._boxes.confirmed(box, spec)
        return Prepared(confirmed.id[:12], confirmed.isolation)

    async def run(
        self, box: SessionId, call: CallId, command: Command
    ) -> AsyncGenerator[Output | Exited]:
        """Run under the supervisor. Leaving the iterator frees thread and socket; the call goes on.

        Raises SandboxUnavailable, also when the engine is cut in mid-run (then `attach` may still
        find the call), and CallGone when the container ended under it. Raises ToolError where the
        disk's reserve is reached.
        """
        if len(command.stdin) > INPUT_CAP:
            raise ToolError(
                f"{len(command.stdin):,} bytes of input are too many: write them to a file"
            )
        if command.writes:
            self._workspaces.need_room(box)
        words, spec = "", self._boxes.size(box)
        for attempt in range(_STARTS):
            target = await self._boxes.ready(box, spec)
            following = Call(self._engine, target.id, call)
            try:
                async with aclosing(self._guarded(box, following, following.run(command))) as items:
                    async for item in items:
                        yield item
                return
            except ContainerGone:
                await self._boxes.lost(box, target)
            except NotStarted as error:
                words = str(error)
                await self._make_room(box, target, attempt)
            except EngineSilent as error:
                await self._boxes.removed(box)
                raise SandboxUnavailable(
                    f"{error}; its container was replaced, try again"
                ) from error
        raise SandboxUnavailable(
            f"the container does not start calls ({words}): look at the engine's log"
        )

    async def attach(self, box: SessionId, call: CallId) -> AsyncGenerator[Output | Exited]:
        """Everything the call wrote so far, then the rest, then how it ended."""
        target = await self._boxes.found(box)
        if target is None:
            raise CallGone(f"the container of call {call} is gone; its outcome is unknown")
        following = Call(self._engine, target.id, call)
        try:
            async with aclosing(self._guarded(box, following, following.attach())) as items:
                async for item in items:
                    yield item
        except CallGone:
            await self._boxes.lost(box, target)
            raise

    async def _guarded(
        self, box: SessionId, call: Call, running: Running
    ) -> AsyncGenerator[Output | Exited]:
        """The call's items, its workspace looked after meanwhile, its end with what it changed."""
        before = await self._workspaces.survey(box)
        look = partial(self._workspaces.overrun, box, before)
        async with watched(look, call.halt), aclosing(running) as items:
            async for item in items:
                if isinstance(item, Exited) and (begun := call.transcript.begun):
                    since = None if call.ours else begun.wall
                    item = await self._workspaces.told(box, before, item, since)
                yield item

    async def boxes(self) -> Sequence[SessionId]:
        """Sessions with a container of this installation, the oldest first."""
        return await self._boxes.sessions()

    async def stop(self, box: SessionId) -> None:
        """End every process of the box; a container that cannot be reached so is removed."""
        target = await self._boxes.found(box)
        if target is None:
            return
        try:
            await self._engine.end_everything(target.id)
        except ContainerGone:
            await self._boxes.lost(box, target)
        except EngineSilent:
            await self._boxes.removed(box)

    async def remove(self, box: SessionId) -> None:
        """Remove the container; the workspace stays."""
        await self._boxes.removed(box)

    async def read(self, box: SessionId, path: str, limit: int) -> FileBytes:
        """At most `limit` bytes (32 MiB at most); works without an engine."""
        return await self._workspaces.read(box, path, limit)

    async def write(self, box: SessionId, path: str, data: bytes) -> None:
        """Replace or create; the file belongs to the container's user."""
        await self._workspaces.write(box, path, data, await self._boxes.identity())

    async def list(self, box: SessionId, path: str, limit: int) -> Listing:
        """Entries below a folder; works without an engine."""
        return await self._workspaces.list(box, path, limit)

    def reaper(self, needed: Needed) -> Reaper:
        """The sweeper of this instance's containers; serve it beside everything else."""
        return Reaper(self._engine, self._settings.instance, self._clock, needed)

    def close(self) -> None:
        """Let go of threads and connections. Containers and calls live on for the next process."""
        self._workspaces.close()
        self._engine.close()

    async def _make_room(self, box: SessionId, target: Container, attempt: int) -> None:
        """Leftover processes may have used the container up: end them first, then give it up."""
        if attempt == 0:
            try:
                await self._engine.end_everything(target.id)
            except ContainerGone:
                await self._boxes.lost(box, target)
        else:
            await self._boxes.removed(box)
