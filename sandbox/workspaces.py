"""Workspaces: the sessions' files from the host's side, how much they may be, what calls changed.

Everything that walks runs in threads of its own, so that a workspace full of names holds up neither
the event loop nor the journal.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

from runtime.errors import ToolError
from runtime.ids import SessionId
from runtime.ports import Exited, FileBytes, Listing
from sandbox import safe_open
from sandbox.changes import between, since
from sandbox.files import Workspace
from sandbox.host_paths import HostPaths
from sandbox.identity import Identity
from sandbox.quota import Quota
from sandbox.survey import Survey, survey

_WALKS = 2
"""Workspaces that are looked at together; each look may take some tens of MiB."""

_UNSEEN = "The workspace was not looked at as a whole ({}): which files changed is not known."

Looked = TypeVar("Looked")


class Workspaces:
    """The workspaces below one folder."""

    def __init__(self, host_paths: HostPaths, quota: Quota) -> None:
        self._folders = host_paths
        self._quota = quota
        self._opener = safe_open.best()
        self._walks = ThreadPoolExecutor(_WALKS, thread_name_prefix="workspace-walk")

    async def read(self, box: SessionId, path: str, limit: int) -> FileBytes:
        return await asyncio.to_thread(self._workspace(box).read, path, limit)

    async def list(self, box: SessionId, path: str, limit: int) -> Listing:
        return await self._walk(lambda: self._workspace(box).list(path, limit))

    async def write(self, box: SessionId, path: str, data: bytes, identity: Identity) -> None:
        """The file belongs to the container's user. Raises ToolError where there is no room."""
        self.need_room(box)
        used = (await self.survey(box)).used
        if words := self._quota.over(replace(used, size=used.size + len(data))):
            raise ToolError(words)
        await asyncio.to_thread(self._folders.owned, box, identity)
        owner = (identity.host_uid, identity.host_gid)
        await asyncio.to_thread(self._workspace(box, owner).write, path, data)

    def need_room(self, box: SessionId) -> None:
        """Raises ToolError where the disk's reserve is reached."""
        if words := self._quota.short(self._folders.made(box)):
            raise ToolError(words)

    async def survey(self, box: SessionId) -> Survey:
        return await self._walk(lambda: survey(self._folders.made(box), self._quota.bounds))

    async def overrun(self, box: SessionId, before: Survey) -> str:
        """What the workspace or its disk ran out of since; empty while there is room."""
        now = await self.survey(box)
        return self._quota.over(now.used, before.used) or self._quota.short(self._folders.made(box))

    async def told(
        self, box: SessionId, before: Survey, ended: Exited, wall_ms: int | None = None
    ) -> Exited:
        """The end with the files it changed (those written since `wall_ms`, where the call began
        before we looked), and with what is over the quota or was not looked at."""
        after = await self.survey(box)
        files = (
            between(before.files, after.files) if wall_ms is None else since(after.files, wall_ms)
        )
        words = self._quota.over(after.used, before.used)
        if words and ended.why == "exit":
            ended = replace(ended, why="quota", notes=(words,))
        unseen = after.unseen or before.unseen
        notes = (_UNSEEN.format(unseen),) if unseen else ()
        return replace(ended, changed=files, notes=(*ended.notes, *notes))

    def close(self) -> None:
        self._walks.shutdown(wait=False, cancel_futures=True)

    def _workspace(self, box: SessionId, owner: tuple[int, int] | None = None) -> Workspace:
        return Workspace(self._folders.made(box), owner, self._opener)

    async def _walk(self, look: Callable[[], Looked]) -> Looked:
        return await asyncio.get_running_loop().run_in_executor(self._walks, look)
