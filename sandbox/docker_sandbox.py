"""The Sandbox port on a Docker engine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from runtime.errors import CallGone, SandboxUnavailable, ToolError
from runtime.ids import CallId, SessionId
from runtime.ports import Clock, Command, Exited, FileBytes, FileEntry, Output, Prepared
from sandbox import beneath
from sandbox.box import Box, Boxes
from sandbox.calls import Call, NotStarted
from sandbox.changes import Snapshot, between, since, snapshot
from sandbox.docker_engine import DockerEngine
from sandbox.faults import ContainerGone, EngineSilent
from sandbox.files import Workspace
from sandbox.folders import Folders
from sandbox.reaper import Needed, Reaper
from sandbox.settings import SandboxSettings

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
        self._folders = Folders(settings.workspace_root, settings.workspace_host_root)
        self._boxes = Boxes(self._engine, settings, self._folders, clock)
        self._opener = beneath.best()

    async def check(self) -> None:
        """Raises SandboxUnavailable, with the remedy, where calls could not run now: no engine, no
        image, no place for workspaces. Makes no container."""
        await self._boxes.check()

    async def prepare(self, box: SessionId) -> Prepared:
        """Have the container running and say what the engine reports about its walls."""
        confirmed = await self._boxes.confirmed(box)
        return Prepared(confirmed.id[:12], confirmed.isolation)

    async def run(
        self, box: SessionId, call: CallId, command: Command
    ) -> AsyncGenerator[Output | Exited]:
        """Run under the supervisor. Leaving the iterator frees thread and socket; the call goes on.

        Raises SandboxUnavailable, also when the engine is cut in mid-run (then `attach` may still
        find the call), and CallGone when the container ended under it.
        """
        if len(command.stdin) > INPUT_CAP:
            raise ToolError(
                f"{len(command.stdin):,} bytes of input are too many: write them to a file"
            )
        words = ""
        for attempt in range(_STARTS):
            target = await self._boxes.ready(box)
            before = await self._snapshot(box)
            try:
                async with aclosing(Call(self._engine, target.id, call).run(command)) as items:
                    async for item in items:
                        yield await self._changed(box, before, item)
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
            async with aclosing(following.attach()) as items:
                async for item in items:
                    if isinstance(item, Exited) and (begun := following.transcript.begun):
                        after = await self._snapshot(box)
                        item = replace(item, changed=since(after, begun.wall))
                    yield item
        except CallGone:
            await self._boxes.lost(box, target)
            raise

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
        return await asyncio.to_thread(self._workspace(box).read, path, limit)

    async def write(self, box: SessionId, path: str, data: bytes) -> None:
        """Replace or create; the file belongs to the container's user."""
        identity = await self._boxes.identity()
        await asyncio.to_thread(self._folders.owned, box, identity)
        owner = (identity.host_uid, identity.host_gid)
        await asyncio.to_thread(self._workspace(box, owner).write, path, data)

    async def list(self, box: SessionId, path: str, limit: int) -> tuple[FileEntry, ...]:
        """Entries below a folder; works without an engine."""
        return await asyncio.to_thread(self._workspace(box).list, path, limit)

    def reaper(self, needed: Needed) -> Reaper:
        """The sweeper of this instance's containers; serve it beside everything else."""
        return Reaper(self._engine, self._settings.instance, self._clock, needed)

    def close(self) -> None:
        """Let go of threads and connections. Containers and calls live on for the next process."""
        self._engine.close()

    async def _make_room(self, box: SessionId, target: Box, attempt: int) -> None:
        """Leftover processes may have used the container up: end them first, then give it up."""
        if attempt == 0:
            try:
                await self._engine.end_everything(target.id)
            except ContainerGone:
                await self._boxes.lost(box, target)
        else:
            await self._boxes.removed(box)

    def _workspace(self, box: SessionId, owner: tuple[int, int] | None = None) -> Workspace:
        return Workspace(self._folders.made(box), owner, self._opener)

    async def _snapshot(self, box: SessionId) -> Snapshot | None:
        return await asyncio.to_thread(snapshot, self._folders.made(box))

    async def _changed(
        self, box: SessionId, before: Snapshot | None, item: Output | Exited
    ) -> Output | Exited:
        if isinstance(item, Output):
            return item
        return replace(item, changed=between(before, await self._snapshot(box)))
